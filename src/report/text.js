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
