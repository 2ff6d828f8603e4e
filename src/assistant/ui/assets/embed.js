// The page in a frame of another page: `?embed=1`, or `?embed=widget` where that page has a bar of its own.
(() => {
  const asked = new URLSearchParams(location.search), root = document.documentElement;
  if (!asked.has('embed')) return;
  root.classList.add('embed', asked.get('embed') === 'widget' ? 'embed-widget' : 'embed-bar');
  const $ = selector => document.querySelector(selector);
  const inFrame = parent !== window;

  // Only pages that the server's frame-ancestors name can be the parent, so what it is told needs no address.
  function tell(what) { if (inFrame) parent.postMessage(what, '*'); }
  document.addEventListener('assistant:leave', () => tell({ type: 'assistant:close' }));

  // --- light and dark, as the host says -----------------------------------------------------------------------
  const isTheme = theme => theme === 'light' || theme === 'dark';
  if (isTheme(asked.get('theme'))) root.dataset.theme = asked.get('theme'); // page.js applies it once there is a body
  addEventListener('message', event => {
    const host = location.ancestorOrigins?.[0] ?? event.origin; // not every browser tells it; the source decides
    if (!inFrame || event.source !== parent || event.origin !== host) return;
    if (event.data?.type !== 'assistant:theme' || !isTheme(event.data.theme)) return;
    root.dataset.theme = event.data.theme;
    document.body.classList.toggle('dark', event.data.theme === 'dark');
  });

  // --- how high the frame would have to be to show the whole conversation -------------------------------------
  const LEAST = 420;
  let due = 0, height = 0;
  function measure() {
    const talk = $('#talk'), last = [...document.querySelectorAll('#talk :is(.turn, .welcome)')].pop();
    if (!last) return;
    // what stands in the column does not grow with the frame, so a host that follows cannot start a loop;
    // higher than a screen, the frame would hold its sources where nobody sees them
    const content = last.getBoundingClientRect().bottom - talk.getBoundingClientRect().top + talk.scrollTop;
    const whole = Math.ceil($('#head').offsetHeight + content + $('#ask').offsetHeight);
    const needed = Math.min(Math.max(LEAST, whole), Math.max(LEAST, screen.availHeight));
    if (needed !== height) tell({ type: 'assistant:height', height: height = needed });
  }
  function later() { cancelAnimationFrame(due); due = requestAnimationFrame(measure); }
  new ResizeObserver(later).observe(root);
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ['open', 'hidden'] };
  new MutationObserver(later).observe(document, changes);
})();
