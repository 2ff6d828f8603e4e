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
  function order(what) { if (mayAsk()) send('chosen', JSON.stringify(what)); }

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

  // --- what else is done: told to the server one after the other, each with its reply ---------------------
  const doings = [];
  let sent = null;
  function act(what, then) { doings.push({ what, then }); sendAct(); }
  function sendAct() {
    if (sent && Date.now() - sent.since > 8000) sent = null; // it is lost; the next one must not wait for it
    if (sent || !doings.length) return;
    const since = Date.now(), at = `${since}-${Math.random()}`, { what, then } = doings.shift();
    sent = { at, since, then };
    send('act', JSON.stringify({ ...what, at }));
    setTimeout(sendAct, 8100);
  }
  function replyCame() {
    const came = $('#reply [data-at]');
    if (!sent || came?.dataset.at !== sent.at) return;
    const { then } = sent;
    sent = null;
    then?.(came.textContent);
    sendAct();
  }
  function download(name, text) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  function save() { act({ do: 'save' }, text => download('conversation.json', text)); }

  // --- what is said of an answer ----------------------------------------------------------------------------
  function rate(group) {
    const thumb = $('[aria-pressed="true"]', group)?.dataset.thumb || '', reason = $('[data-reason]', group).value;
    act({ do: 'rate', turn: +group.dataset.turn, thumb, reason });
    $('.kept', group).textContent = thumb ? 'Noted.' : '';
  }
  function press(thumb) {
    const group = thumb.closest('.feedback'), on = thumb.getAttribute('aria-pressed') !== 'true';
    for (const each of $$('[data-thumb]', group)) each.setAttribute('aria-pressed', String(on && each === thumb));
    const down = on && thumb.dataset.thumb === 'down';
    $('.reason', group).hidden = !down;
    rate(group);
    if (down) $('[data-reason]', group).focus();
  }

  // --- the facts of the case ------------------------------------------------------------------------------------
  function editFact(button) {
    const bar = button.closest('.case'), form = $('.fact-form', bar), known = button.dataset.name;
    closeFact(bar);
    button.setAttribute('aria-expanded', 'true');
    form.opener = button;
    form.hidden = false;
    $('.fact-said', form).textContent = button.dataset.said || 'Tell what matters for the decision.';
    $('.fact-kind', form).hidden = !!known;
    const kind = $('select', form), value = $('input', form);
    if (known) kind.value = known;
    value.value = button.dataset.value || '';
    (known ? value : kind).focus();
    if (known) value.select();
  }
  function closeFact(bar, back) {
    const form = $('.fact-form', bar);
    if (!form || form.hidden) return;
    form.hidden = true;
    form.opener?.setAttribute('aria-expanded', 'false');
    if (back) form.opener?.focus();
  }
  function sendFact(form) {
    const value = $('input', form).value.trim();
    if (value) order({ fact: { name: $('select', form).value, value: form.opener.dataset.value || '', new: value } });
  }

  // --- the scorecard --------------------------------------------------------------------------------------------
  function weigh(input) {
    const card = input.closest('.scorecard'), weights = {};
    for (const each of $$('[data-weight]', card)) weights[each.dataset.weight] = +each.value;
    const focused = input.dataset.weight;
    act({ do: 'weights', turn: +card.dataset.turn, weights }, html => {
      if (!html || !card.isConnected) return;
      const made = document.createElement('template');
      made.innerHTML = html; // our own escaped elements, as the server drew them the first time
      const fresh = made.content.firstElementChild, folds = $$('details', card).map(fold => fold.open);
      $$('details', fresh).forEach((fold, n) => { fold.open = folds[n]; });
      card.replaceWith(fresh);
      $$('[data-weight]', fresh).find(each => each.dataset.weight === focused)?.focus({ preventScroll: true });
    });
  }

  // --- earlier conversations ------------------------------------------------------------------------------------
  let listedFor = null, typing = 0;
  const historyOpen = () => document.body.classList.contains('history-open');
  function list() { act({ do: 'list', search: $('[data-search]')?.value || '' }); }
  function toggleHistory(button) {
    const open = document.body.classList.toggle('history-open');
    $$('header [data-talks]').forEach(e => e.setAttribute('aria-expanded', String(open)));
    if (open) { list(); $('[data-search]').focus(); } else $('header [data-talks]').focus();
  }
  function openTalk(button) {
    act({ do: 'open', id: button.dataset.talk }, () => { turn = ''; $('#talk').scrollTop = 0; });
    if (innerWidth <= 860) toggleHistory();
  }
  function renameTalk(button) {
    const item = button.closest('li'), input = document.createElement('input');
    input.value = item.dataset.title;
    input.maxLength = 120;
    input.setAttribute('aria-label', 'New title');
    input.dataset.retitle = button.dataset.rename;
    $('.talk', item).hidden = true;
    $('.more', item).open = false;
    item.prepend(input);
    input.focus();
    input.select();
  }
  function deleteTalk(button) { // the second press does it
    if (button.dataset.sure) act({ do: 'delete', id: button.dataset.delete });
    else { button.dataset.sure = 'yes'; button.textContent = 'Delete for good?'; }
  }
  let inAddress = false; // whether this window has shown a conversation; before, the address is an order
  function nameAddress() { // the address leads back to the conversation
    const latest = $('#now .turn'), id = latest?.dataset.conversation || '', here = new URL(location.href);
    if (latest ? !('conversation' in latest.dataset) : !inAddress) return; // an answer is on its way, or a page
    inAddress = true;
    if (id === (here.searchParams.get('c') || '') && !here.searchParams.has('shared')) return;
    here.searchParams.delete('shared');
    if (id) here.searchParams.set('c', id); else here.searchParams.delete('c');
    history.replaceState(null, '', here);
  }
  document.addEventListener('input', event => {
    if (!event.target.matches?.('[data-search]')) return;
    clearTimeout(typing);
    typing = setTimeout(list, 250);
  });
  document.addEventListener('change', event => {
    const changed = event.target;
    if (changed.matches?.('[data-reason]')) rate(changed.closest('.feedback'));
    if (changed.matches?.('[data-weight]')) weigh(changed);
  });

  // --- light and dark -------------------------------------------------------------------------------------
  const remember = value => { try { return value ? localStorage.setItem('theme', value) : localStorage.getItem('theme'); } catch { return null; } };
  function switchTheme() { remember(document.body.classList.toggle('dark') ? 'dark' : 'light'); }

  // --- events ----------------------------------------------------------------------------------------------
  const presses = [
    ['[data-cite]', show], ['[data-ask]', e => order({ ask: e.dataset.ask })], ['[data-open]', openDocument], ['[data-back]', closeDocument],
    ['[data-close]', closeDrawer], ['[data-panel]', e => { from = e; openDrawer(); }], ['[data-copy]', copy], ['[data-theme]', switchTheme],
    ['[data-thumb]', press], ['[data-save]', save],
    ['[data-unfact]', e => order({ fact: { name: e.dataset.name, value: e.dataset.value, new: '' } })], ['[data-fact]', editFact],
    ['[data-sendfact]', e => sendFact(e.closest('.fact-form'))], ['[data-nofact]', e => closeFact(e.closest('.case'), true)], ['[data-again]', e => order({ again: +e.dataset.again })],
    ['[data-talks]', toggleHistory], ['[data-talk]', openTalk], ['[data-rename]', renameTalk], ['[data-delete]', deleteTalk],
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
    const title = event.target.dataset?.retitle;
    if (event.key === 'Enter' && event.target.matches('.fact-form input')) { event.preventDefault(); sendFact(event.target.closest('.fact-form')); }
    if (title && event.key === 'Enter') act({ do: 'rename', id: title, title: event.target.value });
    if (title && event.key === 'Escape') { list(); return; }
    if (event.key !== 'Escape') return;
    const form = event.target.closest?.('.fact-form');
    if (form) { closeFact(form.closest('.case'), true); return; }
    if (historyOpen() && event.target.closest?.('#history')) { toggleHistory(); return; }
    if ($('#tip')) hideTip();
    const measured = $('.quality[open]');
    if (measured) { measured.open = false; if (measured.contains(event.target)) $('summary', measured).focus(); return; }
    if (panel()?.contains(document.activeElement)) panel().classList.contains('reading') ? closeDocument() : closeDrawer();
    else if ($('.stop-button')) $('.stop-button').click();
    else document.dispatchEvent(new Event('assistant:leave'));
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
      $('#history')?.setAttribute('role', 'region');
      $('#history')?.setAttribute('aria-label', 'Conversations');
      $('#listed')?.setAttribute('aria-live', 'polite');
      const theme = document.documentElement.dataset.theme || remember();
      if (theme) document.body.classList.toggle('dark', theme === 'dark');
    }
    if (latest !== turn) { // a new question stands at the top; its answer grows below without moving the reader
      turn = latest;
      panel()?.classList.remove('reading');
      if (latest) talk.scrollTo({ top: $('#now').offsetTop - talk.offsetTop, behavior: calm() ? 'auto' : 'smooth' });
    }
    const done = $('#now .turn')?.dataset.conversation;
    if (done !== listedFor) { listedFor = done; if (done && historyOpen()) list(); }
    nameAddress();
    documentCame();
    replyCame();
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
