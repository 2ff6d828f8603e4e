// Behaviour of the page, by delegation on the document: Gradio replaces its parts as they change.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
  const panel = () => $('#panel');
  let from = null; // the citation that opened the panel; Escape goes back to it

  // --- what the server is asked through its two hidden boxes ---------------------------------
  function send(box, value) {
    const input = $(`#${box} textarea`);
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    setTimeout(() => input.dispatchEvent(new KeyboardEvent('keypress', { key: 'Enter', bubbles: true })), 0);
  }
  let askedAt = 0;
  function mayAsk() { // one question at a time; Gradio's own guard would also hold up the one after a stop
    if ($('.pending') || Date.now() - askedAt < 500) return false;
    askedAt = Date.now();
    return true;
  }
  function ask(question) { if (mayAsk()) send('chosen', question); }

  // --- citations and cards ---------------------------------------------------------------------
  const named = key => $$(`[data-quote~="${key}"]`, $('#passages'));
  function light(key) {
    $$('.hit').forEach(e => e.classList.remove('hit'));
    $$('.cite[aria-current]').forEach(e => e.removeAttribute('aria-current'));
    named(key).forEach(e => e.classList.add('hit'));
  }
  function show(cite) {
    const key = cite.dataset.cite, mark = named(key).find(e => e.tagName === 'MARK');
    hideTip();
    if (!mark) return;
    from = cite;
    panel().classList.remove('reading');
    light(key);
    cite.setAttribute('aria-current', 'true');
    for (let fold = mark.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    const card = mark.closest('.card');
    card.classList.add('hit');
    openDrawer();
    requestAnimationFrame(() => { bring(mark, card); card.focus({ preventScroll: true }); });
  }
  function bring(mark, card) {
    const box = mark.closest('#passages, #document').getBoundingClientRect();
    const target = card && card.offsetHeight < box.height ? card : mark;
    target.scrollIntoView({ block: target === card ? 'nearest' : 'center', behavior: calm() ? 'auto' : 'smooth' });
  }
  function openDrawer() { document.body.classList.add('sources-open'); }
  function closeDrawer() { document.body.classList.remove('sources-open'); if (from?.isConnected) from.focus(); }

  // --- the whole document ------------------------------------------------------------------------
  let opener = null, wanted = null;
  function openDocument(button) {
    const keys = button.dataset.keys.split(' '), spans = button.dataset.spans.split(' ');
    const lit = keys.findIndex(key => named(key).some(e => e.classList.contains('hit')));
    if (lit > 0) spans.unshift(...spans.splice(lit, 1)); // the words that were pressed come first
    opener = button;
    wanted = { id: button.dataset.open, spans: spans.join(' ') };
    panel().classList.add('reading', 'opening');
    send('wanted', JSON.stringify(wanted));
    documentCame(); // it may be there from the last time
  }
  function documentCame() {
    const shown = $('#document .document');
    if (!shown || !wanted || shown.dataset.id !== wanted.id || shown.dataset.spans !== wanted.spans) return;
    wanted = null;
    panel().classList.remove('opening');
    const marks = $$('mark[data-quote~="d0"]', shown);
    marks.forEach(e => e.classList.add('hit'));
    requestAnimationFrame(() => { // Gradio shows the component only after it has filled it
      $('#document').scrollTop = 0;
      marks[0]?.scrollIntoView({ block: 'center' });
      shown.focus({ preventScroll: true });
    });
  }
  function closeDocument() {
    wanted = null;
    panel().classList.remove('reading', 'opening');
    if (opener?.isConnected) { opener.focus({ preventScroll: true }); bring(opener); }
  }

  // --- a tip with the quoted words -----------------------------------------------------------------
  function hideTip() { $('#tip')?.remove(); }
  function tip(cite) {
    hideTip();
    const words = cite && named(cite.dataset.cite).filter(e => e.tagName === 'MARK').map(e => e.innerText || e.textContent).join(' ');
    if (!words) return;
    const shown = document.createElement('div'), title = document.createElement('b');
    shown.id = 'tip';
    shown.setAttribute('role', 'tooltip');
    title.textContent = cite.dataset.from;
    shown.append(title, '“' + (words.length > 240 ? words.slice(0, 240) + ' …' : words) + '”');
    document.body.append(shown);
    const at = cite.getBoundingClientRect(), below = at.bottom + shown.offsetHeight + 8 < innerHeight;
    shown.style.left = Math.max(8, Math.min(at.left, innerWidth - shown.offsetWidth - 8)) + 'px';
    shown.style.top = (below ? at.bottom + 6 : at.top - shown.offsetHeight - 6) + 'px';
  }

  // --- copy ---------------------------------------------------------------------------------------------
  async function copy(button) {
    const text = $('.copy', button.closest('.turn')).textContent, label = 'Copy with references';
    try { await navigator.clipboard.writeText(text); } catch { // not offered on http:// and in some frames
      const area = document.createElement('textarea');
      area.value = text; document.body.append(area); area.select(); document.execCommand('copy'); area.remove();
      button.focus();
    }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  // --- what is said of an answer: notes to the server, one after the other -------------------------------
  const notes = [];
  let sent = null;
  function note(what) { notes.push(what); sendNote(); }
  function sendNote() {
    if (sent && Date.now() - sent.since > 8000) sent = null; // it is lost; the next one must not wait for it
    if (sent || !notes.length) return;
    const since = Date.now(), at = `${since}-${Math.random()}`;
    sent = { at, since };
    send('note', JSON.stringify({ ...notes.shift(), at }));
    setTimeout(sendNote, 8100);
  }
  function noteCame() {
    const came = $('#noted [data-at]');
    if (!sent || came?.dataset.at !== sent.at) return;
    sent = null;
    if (came.textContent) download('conversation.json', came.textContent);
    sendNote();
  }
  function download(name, text) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  function rate(group) {
    const thumb = $('[aria-pressed="true"]', group)?.dataset.thumb || '', reason = $('[data-reason]', group).value;
    note({ turn: +group.dataset.turn, thumb, reason });
    $('.kept', group).textContent = thumb ? 'Noted. “Save conversation” takes it along.' : '';
  }
  function press(thumb) {
    const group = thumb.closest('.feedback'), on = thumb.getAttribute('aria-pressed') !== 'true';
    for (const each of $$('[data-thumb]', group)) each.setAttribute('aria-pressed', String(on && each === thumb));
    const down = on && thumb.dataset.thumb === 'down';
    $('.reason', group).hidden = !down;
    rate(group);
    if (down) $('[data-reason]', group).focus();
  }
  document.addEventListener('change', event => { if (event.target.matches?.('[data-reason]')) rate(event.target.closest('.feedback')); });

  // --- light and dark -------------------------------------------------------------------------------------
  const remember = value => { try { return value ? localStorage.setItem('theme', value) : localStorage.getItem('theme'); } catch { return null; } };
  function switchTheme() { remember(document.body.classList.toggle('dark') ? 'dark' : 'light'); }

  // --- events ----------------------------------------------------------------------------------------------
  const presses = [
    ['[data-cite]', show], ['[data-ask]', e => ask(e.dataset.ask)], ['[data-open]', openDocument], ['[data-back]', closeDocument],
    ['[data-close]', closeDrawer], ['[data-panel]', e => { from = e; openDrawer(); }], ['[data-copy]', copy], ['[data-theme]', switchTheme],
    ['[data-thumb]', press], ['[data-save]', () => note({ save: true })],
  ];
  document.addEventListener('click', event => {
    const measured = $('.quality[open]');
    if (measured && !measured.contains(event.target)) measured.open = false;
    for (const [selector, act] of presses) {
      const found = event.target.closest?.(selector);
      if (found) { event.preventDefault(); return act(found); }
    }
  }, true);
  document.addEventListener('keydown', event => {
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === '/' && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); $('#box textarea')?.focus(); }
    if (event.key !== 'Escape') return;
    if ($('#tip')) hideTip();
    const measured = $('.quality[open]');
    if (measured) { measured.open = false; if (measured.contains(event.target)) $('summary', measured).focus(); return; }
    if (panel()?.contains(document.activeElement)) panel().classList.contains('reading') ? closeDocument() : closeDrawer();
    else if ($('.stop-button')) $('.stop-button').click();
  });
  document.addEventListener('keypress', event => {
    if (event.key === 'Enter' && event.target.matches('[data-reason]')) { event.preventDefault(); rate(event.target.closest('.feedback')); }
    if (event.key === 'Enter' && !event.shiftKey && event.target.closest('#box') && !mayAsk()) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  document.addEventListener('mouseover', event => tip(event.target.closest?.('.cite')));
  document.addEventListener('focusin', event => { if (event.target.matches?.('.cite:focus-visible')) tip(event.target); else hideTip(); });
  document.addEventListener('scroll', hideTip, true);

  // --- what Gradio's components lack, and what follows from new content -----------------------------------
  let turn = '', drawn = null;
  function settle() {
    const talk = $('#talk'), latest = $('#now .turn')?.id || '';
    if (drawn !== $('#now .turn')) { drawn = $('#now .turn'); askedAt = 0; }
    if (talk && !talk.hasAttribute('role')) {
      for (const [name, value] of Object.entries({ role: 'log', 'aria-label': 'Conversation', tabindex: '0' })) talk.setAttribute(name, value);
      for (const id of ['passages', 'document']) $('#' + id)?.setAttribute('tabindex', '0');
      panel()?.setAttribute('role', 'region');
      panel()?.setAttribute('aria-label', 'Sources');
      const theme = remember();
      if (theme) document.body.classList.toggle('dark', theme === 'dark');
    }
    if (latest !== turn) { // a new question stands at the top; its answer grows below without moving the reader
      turn = latest;
      panel()?.classList.remove('reading');
      if (latest) talk.scrollTo({ top: $('#now').offsetTop - talk.offsetTop, behavior: calm() ? 'auto' : 'smooth' });
    }
    documentCame();
    noteCame();
  }
  new MutationObserver(settle).observe(document, { childList: true, subtree: true });

  // --- a server that is gone is said so --------------------------------------------------------------------
  setInterval(async () => {
    if (document.hidden || !$('#lost')) return;
    let alive = false;
    try { alive = (await fetch('api/health', { cache: 'no-store' })).ok; } catch { /* said below */ }
    $('#lost').hidden = alive;
  }, 5000);
})();
