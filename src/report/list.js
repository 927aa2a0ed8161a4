// The list: what was found, a page of it at a time, and what is opened.

const ON_A_PAGE = 25;
const ARTICLES_AT_ONCE = 20;
const TEXTS_OPEN = 4;
const WHAT = {
  stories: ['story', 'stories'],
  copies: ['copy group', 'copy groups'],
  forms: ['form or notice', 'forms and notices'],
};

class List {
  constructor(data) {
    this.data = data;
    this.kinds = { stories: Items.stories(data), copies: null, forms: null };
    this.page = 0;
    const again = () => { this.page = 0; this.find(); };
    byId('search').addEventListener('input', again);
    byId('sort').addEventListener('change', again);
    for (const kind of document.getElementsByName('kind')) kind.addEventListener('change', again);
    byId('controls').addEventListener('submit', (event) => event.preventDefault());
    byId('furniture').addEventListener('change', (event) => {
      document.body.classList.toggle('no-furniture', !event.target.checked);
    });
    byId('previous').addEventListener('click', () => this.turn(-1));
    byId('next').addEventListener('click', () => this.turn(1));
    byId('controls').hidden = false;
    document.querySelector('.key').hidden = false;
    this.find();
  }

  get kind() {
    return document.querySelector('[name="kind"]:checked').value;
  }

  get items() {
    const { kind } = this;
    if (!this.kinds[kind]) this.kinds[kind] = kind === 'forms' ? new Forms(this.data) : Items.copies(this.data);
    return this.kinds[kind];
  }

  find() {
    this.found = this.items.found(byId('search').value, byId('sort').value);
    this.show();
  }

  turn(by) {
    this.page += by;
    this.show();
    byId('list').querySelector('button')?.focus({ preventScroll: true });
    byId('controls').scrollIntoView({ block: 'start' });
  }

  show() {
    const { items, found } = this;
    const pages = Math.max(1, Math.ceil(found.length / ON_A_PAGE));
    const from = this.page * ON_A_PAGE;
    const rows = Array.from(found.slice(from, from + ON_A_PAGE), (item) => this.row(item));
    byId('list').replaceChildren(...rows);
    const all = counted(items.length, ...WHAT[this.kind]);
    byId('status').textContent = found.length === items.length ? all : `${found.length.toLocaleString('en')} of ${all}`;
    byId('pages').hidden = pages === 1;
    byId('page').textContent = `Page ${(this.page + 1).toLocaleString('en')} of ${pages.toLocaleString('en')}`;
    byId('previous').disabled = this.page === 0;
    byId('next').disabled = this.page + 1 >= pages;
  }

  row(item) {
    const { items, data, kind } = this;
    const what = kind === 'forms' ? ['record', 'records'] : ['article', 'articles'];
    const facts = [counted(items.sizes[item], ...what), counted(items.sources[item], 'source', 'sources')];
    if (kind === 'forms') facts.unshift(data.forms[item].kind);
    const [first, last] = [day(finite(items.first[item])), day(finite(items.last[item]))];
    if (first) facts.push(first === last ? first : `${first} to ${last}`);
    if (Number.isFinite(items.alike[item])) facts.push(`similarity from ${share(items.alike[item])}`);
    const label = items.labels[item];
    const button = make('button', 'open',
      make('span', 'title', make('bdi', '', items.title(item))),
      make('span', 'facts', facts.join(' · '), label ? make('span', 'label', ' · ', make('bdi', '', label)) : ''));
    const panel = make('div', 'panel');
    panel.id = `panel${item}`;
    panel.hidden = true;
    button.type = 'button';
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-controls', panel.id);
    button.addEventListener('click', () => {
      const open = panel.hidden;
      panel.hidden = !open;
      button.setAttribute('aria-expanded', String(open));
      if (open && !panel.hasChildNodes()) this.fill(panel, item);
    });
    return make('li', '', make('h3', '', button), panel);
  }

  /** The parts of an item that has groups: of each of them, some articles at a time. */
  groupsOf(item, shown) {
    const { data } = this;
    const [from, to] = this.items.groups[item];
    const steps = [];
    for (let group = from; group < to; group++) {
      for (let first = 0; first < data.groups[group]; first += ARTICLES_AT_ONCE) {
        const articles = Math.min(ARTICLES_AT_ONCE, data.groups[group] - first);
        steps.push({ articles, part: () => this.group(group, first, to - from > 1, shown) });
      }
    }
    return steps;
  }

  /** The parts of a form: some of what it is filled in for at a time. */
  itemsOf(item, shown) {
    const { records, items } = this.data.forms[item];
    const steps = [];
    for (let first = 0; first < items.length; first += ARTICLES_AT_ONCE) {
      const some = items.slice(first, first + ARTICLES_AT_ONCE);
      const more = first + some.length === items.length ? records - items.length : 0;
      steps.push({ articles: some.length, part: () => this.some(some, [first === 0, more], shown) });
    }
    return steps;
  }

  /** Some records of a form, and how many more there are that are not in the page. */
  async some(articles, [isFirst, more], shown) {
    const { data } = this;
    let least = 'texts';
    const list = make('ul', 'articles');
    for (const article of articles) {
      const group = runOf(data.articlesOf, article);
      const { has, texts } = await data.texts(group);
      const at = article - data.articlesOf[group];
      let text = null;
      if (has === 'texts') text = () => textOf(texts[at], at === 0 ? null : wordsOf(texts[0]));
      if (has === 'beginnings') text = () => beginningOf(texts[at]);
      list.append(this.article(article, false, text, shown, true));
      if (has !== 'texts') least = has;
    }
    const part = make('div', '', isFirst ? lacking(least) : null, list);
    if (more > 0) part.append(make('p', 'none', `${counted(more, 'more is', 'more are')} not in this page: the table has them all.`));
    return part;
  }

  /** Shows the groups of an item, some articles at a time. */
  fill(panel, item) {
    const shown = { texts: 0 };
    const steps = this.kind === 'forms' ? this.itemsOf(item, shown) : this.groupsOf(item, shown);
    const more = make('button', 'more', 'Show more articles');
    more.type = 'button';
    let at = 0;
    let articles = 0;
    const next = async () => {
      more.disabled = true;
      let last = null;
      for (const stop = articles + ARTICLES_AT_ONCE; at < steps.length && articles < stop; at++) {
        const part = await steps[at].part();
        articles += steps[at].articles;
        panel.insertBefore(part, more);
        last ??= part;
      }
      more.disabled = false;
      more.hidden = at === steps.length;
      return last;
    };
    more.addEventListener('click', async () => {
      const part = await next();
      part?.querySelector('summary')?.focus();
    });
    panel.append(more);
    next().catch(alarm);
  }

  /** Some articles of a group. */
  async group(group, first, isOneOfSeveral, shown) {
    const { data } = this;
    const { has, texts } = await data.texts(group);
    const from = data.articlesOf[group];
    const count = data.groups[group];
    const words = has === 'texts' ? wordsOf(texts[0]) : '';
    const list = make('ul', 'articles');
    for (let at = first; at < Math.min(count, first + ARTICLES_AT_ONCE); at++) {
      let text = null;
      if (has === 'texts') text = () => textOf(texts[at], at === 0 ? null : words);
      if (has === 'beginnings') text = () => beginningOf(texts[at]);
      list.append(this.article(from + at, at === 0, text, shown));
    }
    const part = make('div', '');
    if (first === 0 && has !== 'texts') part.append(lacking(has));
    if (isOneOfSeveral && first === 0) {
      part.append(make('h4', '', count === 1 ? 'One article in its own words' : `One text in ${count.toLocaleString('en')} articles`));
    }
    part.append(list);
    return part;
  }

  /** An article. Of an item of a form it is known what it is, and its story is not what is looked at. */
  article(article, stands, text, shown, isItem = false) {
    const { data } = this;
    const relation = data.relation(article);
    const similarity = data.similarity[article];
    const tag = make('span', `tag ${relation}`, similarity === null ? relation : `${relation} ${share(similarity)}`);
    const kind = data.kind(article);
    const facts = [data.sourceName(article), moment(data.published[article]), data.ids[article]];
    if (!data.ids[article].endsWith(`:${data.record[article]}`)) facts.push(data.place(article));
    const about = make('span', 'facts');
    facts.filter(Boolean).forEach((fact, at) => about.append(at ? ' · ' : '', make('bdi', '', fact)));
    const tags = isItem && (relation === 'lead' || relation === 'related') ? [] : [tag];
    if (!isItem && kind !== 'article') tags.unshift(make('span', 'tag kind', kind));
    const head = [...tags, make('bdi', 'title', data.title(article)), make('br', ''), about];
    const item = make('li', stands ? 'stands' : '');
    if (!text) {
      item.append(...head);
      return item;
    }
    const details = make('details', '', make('summary', '', ...head));
    const fill = () => { if (details.open && details.children.length === 1) details.append(text()); };
    details.addEventListener('toggle', fill);
    // What is opened for printing is filled at once.
    details.fill = fill;
    if (shown.texts < TEXTS_OPEN) {
      details.open = true;
      shown.texts++;
      fill();
    }
    item.append(details);
    return item;
  }
}

/** That a page has no texts, or only how they begin. */
function lacking(has) {
  if (has === 'texts') return null;
  return make('p', 'none', has === 'beginnings'
    ? 'The texts are not in this page, which is limited in size: this is how they begin.'
    : 'The texts are not in this page, which is limited in size.');
}

const finite = (number) => (Number.isFinite(number) ? number : null);

function alarm(error) {
  const alert = byId('alert');
  alert.textContent = typeof DecompressionStream === 'undefined'
    ? 'This browser is too old to unpack the list: any of 2023 or later can.'
    : `The list cannot be shown: ${error.message}.`;
  alert.hidden = false;
  byId('status').textContent = '';
}

// On paper there is nothing to click: what is opened is printed with all its texts.
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('.panel:not([hidden]) details:not([open])')) {
    details.open = true;
    details.dataset.printed = '';
    details.fill();
  }
});
addEventListener('afterprint', () => {
  for (const details of document.querySelectorAll('details[data-printed]')) {
    details.open = false;
    delete details.dataset.printed;
  }
});

const list = Data.read().then((data) => new List(data));
list.catch(alarm);
