// The text of one article, with what differs from its representative marked.

/** The representative's own words, in one piece: what the steps of its copies count in. */
const wordsOf = (steps) => steps.filter((step) => typeof step === 'string').join('');

/** A text as an element. `of` is the representative's words; null for the representative itself. */
function textOf(steps, of) {
  const text = make('div', 'text');
  let at = 0;
  const plain = (words) => text.append(words);
  for (const step of steps) {
    if (typeof step === 'string') {
      if (of === null) plain(step);
      else text.append(make('ins', '', step));
    } else if (Array.isArray(step)) {
      if (step.length === 1) {
        text.append(make('span', 'furniture', make('span', 'spoken', 'Furniture: '), step[0]));
      } else {
        plain(step[0]);
        at += step[1];
      }
    } else if (step > 0) {
      plain(of.slice(at, at + step));
      at += step;
    } else if (step < 0) {
      text.append(make('del', '', of.slice(at, at - step)));
      at -= step;
    } else {
      text.append(make('p', 'none', 'The text goes on, but is too long to be shown here.'));
    }
  }
  if (!text.hasChildNodes()) text.append(make('span', 'none', 'No text.'));
  return scrolls(text);
}

/** All words of a text that is told by what differs from its representative's. */
function wholeOf(steps, of) {
  let whole = '';
  let at = 0;
  for (const step of steps) {
    if (typeof step === 'string') whole += step;
    else if (Array.isArray(step) && step.length > 1) {
      whole += step[0];
      at += step[1];
    } else if (step > 0) {
      whole += of.slice(at, at + step);
      at += step;
    } else if (step < 0) at -= step;
  }
  return whole;
}

/** What became of one text in another, as an element, and how many words came and went. */
function changeOf(before, after) {
  const MOST = 2000;
  const cut = (text) => text.match(/\s+|[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu) ?? [];
  const [a, b] = [cut(before), cut(after)];
  let [head, tail] = [0, 0];
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [old, now] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const text = make('div', 'text', a.slice(0, head).join(''));
  const counts = { came: 0, went: 0 };
  const words = (some) => some.filter((it) => /[\p{L}\p{N}]/u.test(it)).length;
  const put = (tag, some) => {
    if (some.length === 0) return;
    counts[tag === 'ins' ? 'came' : 'went'] += words(some);
    text.append(make(tag, '', some.join('')));
  };
  if (old.length > MOST || now.length > MOST) {
    put('del', old);
    put('ins', now);
  } else {
    // The longest row of words that both have.
    const width = now.length + 1;
    const longest = new Uint16Array((old.length + 1) * width);
    for (let i = old.length - 1; i >= 0; i--) {
      for (let j = now.length - 1; j >= 0; j--) {
        longest[i * width + j] = old[i] === now[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    let [i, j] = [0, 0];
    while (i < old.length || j < now.length) {
      const [from, to] = [i, j];
      while (i < old.length && j < now.length && old[i] === now[j]) { i++; j++; }
      text.append(old.slice(from, i).join(''));
      const [went, came] = [i, j];
      while ((i < old.length || j < now.length) && !(i < old.length && j < now.length && old[i] === now[j])) {
        if (j === now.length || (i < old.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) i++;
        else j++;
      }
      put('del', old.slice(went, i));
      put('ins', now.slice(came, j));
      if (i === from && j === to) break;
    }
  }
  text.append(a.slice(a.length - tail).join(''));
  return { text: scrolls(text), ...counts };
}

/** How an article begins, where its text is not in the page. */
function beginningOf(beginning) {
  return scrolls(make('div', 'text plain', beginning || 'No text.'));
}

/** What scrolls must be reached by keyboard too. */
function scrolls(text) {
  text.tabIndex = 0;
  text.setAttribute('role', 'group');
  text.setAttribute('aria-label', 'Text of the article');
  return text;
}
