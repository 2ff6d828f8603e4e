// A button on a page of another site that opens the assistant in a frame:
// <script src="https://assistant.example/widget.js" data-title="Ask about sourcing" data-theme="light" defer></script>
(() => {
  const script = document.currentScript;
  if (!script || document.querySelector('assistant-widget')) return;
  const home = new URL('.', script.src), title = script.dataset.title || 'Ask the assistant';
  const small = matchMedia('(max-width: 600px)');

  // Constructed sheets need no 'unsafe-inline' in the page's policy, and the shadow root keeps the page's rules out.
  const styles = new CSSStyleSheet();
  styles.replaceSync(`
    :host { all: initial !important; display: block !important; }
    @media print { :host { display: none !important; } }
    button { font: 600 15px/20px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; box-shadow: 0 0 0 2px #1b2431; }
    .opener { position: fixed; right: 20px; bottom: 20px; z-index: 2147483646; max-width: calc(100vw - 40px); padding: 13px 20px; border-radius: 24px;
      color: #ffffff; background: #1d4477; box-shadow: 0 4px 16px #0004; }
    .opener:hover { background: #163660; }
    dialog { position: fixed; inset: auto 20px 84px auto; z-index: 2147483646; width: min(440px, calc(100vw - 40px)); height: min(700px, calc(100dvh - 104px));
      max-width: none; max-height: none; margin: 0; padding: 0; box-sizing: border-box; border: 1px solid #8a94a5; border-radius: 14px; overflow: hidden;
      color: #1b2431; background: #ffffff; box-shadow: 0 12px 48px #0005; }
    dialog[open] { display: flex; flex-direction: column; }
    .bar { flex: none; display: flex; align-items: center; justify-content: space-between; gap: 12px; height: 48px; padding: 0 4px 0 18px; border-bottom: 1px solid #dde2ea; }
    h2 { margin: 0; font: 650 15.5px/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
    .close { flex: none; width: 44px; height: 44px; padding: 0; font-size: 26px; line-height: 1; font-weight: 400; border-radius: 10px; color: inherit; background: none; }
    .close:focus-visible { outline-offset: -4px; box-shadow: none; outline-color: currentColor; }
    iframe { flex: 1 1 0; min-height: 0; width: 100%; border: 0; }
    .dark { color: #e7ebf2; background: #11151c; border-color: #6d788b; } .dark .bar { border-color: #2c3441; }
    @media (max-width: 600px) { dialog { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; } }
  `);

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  const host = document.createElement('assistant-widget'), root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styles];
  const opener = make('button', { type: 'button', class: 'opener', 'aria-haspopup': 'dialog', 'aria-expanded': 'false' }, title);
  const close = make('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×');
  const dialog = make('dialog', { 'aria-label': title }, make('div', { class: 'bar' }, make('h2', {}, title), close));
  root.append(dialog, opener);

  // --- light and dark: as the tag says, also when it says otherwise later; else as the system is --------------
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = () => /^(light|dark)$/.test(script.dataset.theme || '') ? script.dataset.theme : dark.matches ? 'dark' : 'light';
  let frame = null;
  function dress() {
    dialog.classList.toggle('dark', theme() === 'dark');
    frame?.contentWindow.postMessage({ type: 'assistant:theme', theme: theme() }, home.origin);
  }
  new MutationObserver(dress).observe(script, { attributes: true, attributeFilter: ['data-theme'] });
  dark.addEventListener('change', dress);

  // --- open and close ------------------------------------------------------------------------------------------
  function load() { // nothing is asked of our server before somebody wants it
    const address = new URL(home);
    address.search = new URLSearchParams({ embed: 'widget', theme: theme() });
    frame = make('iframe', { src: address, title, allow: 'clipboard-write' });
    dialog.append(frame);
  }
  function show() {
    if (!frame) load();
    dress();
    small.matches ? dialog.showModal() : dialog.show(); // over the whole window, nothing behind it can be reached
    opener.setAttribute('aria-expanded', 'true');
    frame.focus();
  }
  function hide() { if (dialog.open) dialog.close(); }
  dialog.addEventListener('close', () => { opener.setAttribute('aria-expanded', 'false'); opener.focus(); });
  opener.addEventListener('click', () => dialog.open ? hide() : show());
  close.addEventListener('click', hide);
  document.addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });
  addEventListener('message', event => { // Escape within the frame is told by the frame, and by nobody else
    if (event.origin === home.origin && frame && event.source === frame.contentWindow && event.data?.type === 'assistant:close') hide();
  });

  const settle = () => { dress(); document.body.append(host); };
  if (document.body) settle(); else document.addEventListener('DOMContentLoaded', settle);
})();
