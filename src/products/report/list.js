// The list: what was found, a page of it at a time, and what is opened.

const ON_A_PAGE = 25;
const ARTICLES_AT_ONCE = 20;
const TEXTS_OPEN = 4;
const WHAT = {
  stories: ['story', 'stories'],
  copies: ['copy group', 'copy groups'],
  forms: ['form or notice', 'forms and notices'],
};

// What an item of each kind is called in the address of the page.
const LINKED = { story: 'stories', copies: 'copies', form: 'forms' };
const linkOf = (kind) => Object.keys(LINKED).find((name) => LINKED[name] === kind);

class List {
  constructor(data) {
    this.data = data;
    this.kinds = { stories: Items.stories(data), copies: null, forms: null };
    this.page = 0;
    const again = () => { this.page = 0; this.find(); };
    byId('search').addEventListener('input', again);
    byId('sort').addEventListener('change', again);
    for (const kind of document.getElementsByName('kind')) kind.addEventListener('change', again);
    for (const id of ['source', 'language', 'since', 'until']) byId(id).addEventListener('input', again);
    this.offer();
    byId('controls').addEventListener('submit', (event) => event.preventDefault());
    byId('furniture').addEventListener('change', (event) => {
      document.body.classList.toggle('no-furniture', !event.target.checked);
    });
    byId('previous').addEventListener('click', () => this.turn(-1));
    byId('next').addEventListener('click', () => this.turn(1));
    byId('controls').hidden = false;
    document.querySelector('.key').hidden = false;
    this.find();
    addEventListener('hashchange', () => this.follow().catch(alarm));
    this.follow().catch(alarm);
  }

  /** Offers what there is to filter by. */
  offer() {
    const { sources, languages } = this.data;
    byId('sources').append(...sources.map((name) => { const it = make('option', ''); it.value = name; return it; }));
    const options = languages.map((code, at) => { const it = make('option', '', languageName(code)); it.value = at; return it; });
    byId('language').append(...options);
    byId('language').parentElement.hidden = languages.length < 2;
  }

  /** Whether an article is wanted; null where all are. */
  wanted() {
    const { data } = this;
    const name = byId('source').value.trim();
    const named = folded(name);
    const sources = name === '' ? null : new Set(data.sources.flatMap((it, at) => (folded(it) === named ? [at] : [])));
    // A part of a name is enough where no source is called so.
    if (sources?.size === 0) data.sources.forEach((it, at) => { if (folded(it).includes(named)) sources.add(at); });
    const language = byId('language').value === '' ? null : Number(byId('language').value);
    const at = (id) => (byId(id).value === '' ? null : Date.parse(`${byId(id).value}T00:00:00Z`) / 1000);
    const [since, until] = [at('since'), at('until')];
    if (sources === null && language === null && since === null && until === null) return null;
    return (article) => {
      const published = data.published[article];
      return (sources === null || sources.has(data.source[article]))
        && (language === null || data.language[article] === language)
        && (since === null || (published !== null && published >= since))
        && (until === null || (published !== null && published < until + 86400));
    };
  }

  /** Goes where the address of the page leads: to an item, or to an article in its story. */
  async follow() {
    const { data } = this;
    const [kind, ...rest] = location.hash.slice(1).split('=');
    if (rest.length === 0) return;
    const id = decodeURIComponent(rest.join('='));
    let article = null;
    let target = null;
    if (kind === 'article') {
      article = data.ids.indexOf(id);
      const group = article < 0 ? -1 : runOf(data.articlesOf, article);
      const story = group < 0 ? -1 : runOf(data.groupsOf, group);
      if (story >= 0 && group < data.groupsOf[story + 1]) target = ['stories', story];
    } else if (Object.hasOwn(LINKED, kind)) {
      this.choose(LINKED[kind]);
      const item = Array.from({ length: this.items.length }, (_, it) => it).find((it) => this.items.id(it) === id);
      if (item !== undefined) target = [LINKED[kind], item];
    }
    if (target === null) return;
    this.choose(target[0]);
    for (const it of ['search', 'source', 'language', 'since', 'until']) byId(it).value = '';
    this.find();
    this.page = Math.floor(this.found.indexOf(target[1]) / ON_A_PAGE);
    this.show();
    const panel = byId(`panel${target[1]}`);
    const row = panel.parentElement;
    if (panel.hidden) row.querySelector('button').click();
    let seen = row;
    if (article !== null) {
      await panel.filled;
      const more = panel.querySelector('.more');
      while (byId(`a${article}`) === null && !more.hidden) await panel.next();
      seen = byId(`a${article}`) ?? row;
    }
    seen.scrollIntoView({ block: 'start' });
  }

  choose(kind) {
    const radio = document.querySelector(`[name="kind"][value="${kind}"]`);
    if (radio) radio.checked = true;
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
    this.found = this.items.found(byId('search').value, byId('sort').value, this.wanted());
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
    return make('li', '', make('h3', '', button, this.link(linkOf(kind), items.id(item))), panel);
  }

  /** A link to an item, or to an article. */
  link(what, id) {
    const link = make('a', 'link', '#');
    link.href = `#${what}=${encodeURIComponent(id)}`;
    link.title = 'A link to this';
    link.setAttribute('aria-label', 'A link to this');
    return link;
  }

  /** The articles of an item in order of time, and which was the first. */
  inTime(item) {
    const { data } = this;
    const SHOWN = 200;
    const dated = Array.from(this.items.every(item)).filter((article) => data.published[article] !== null);
    if (dated.length < 2) return null;
    dated.sort((a, b) => data.published[a] - data.published[b] || a - b);
    const name = (article) => data.sourceName(article) ?? data.title(article);
    const first = dated.filter((article) => data.published[article] === data.published[dated[0]]);
    const names = Array.from(new Set(first.map(name)));
    const also = names.length > 1 ? ` and ${counted(names.length - 1, 'other', 'others')}` : '';
    const details = make('details', 'times', make('summary', '',
      'First: ', make('bdi', '', names[0]), also, `, ${moment(data.published[dated[0]])}. In order of time`));
    details.addEventListener('toggle', () => {
      if (!details.open || details.children.length > 1) return;
      const rows = dated.slice(0, SHOWN).map((article) => make('li', '',
        make('span', 'time', moment(data.published[article])), ' ',
        make('bdi', '', name(article)), ' ', make('bdi', 'soft', data.title(article)), ' ', this.link('article', data.ids[article])));
      const more = dated.length - SHOWN;
      details.append(make('ol', '', ...rows, more > 0 ? make('li', 'none', `and ${more.toLocaleString('en')} more`) : null));
    });
    return details;
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
    const times = this.inTime(item);
    if (times !== null) panel.append(times);
    panel.append(more);
    panel.next = next;
    panel.filled = next();
    panel.filled.catch(alarm);
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
    if (first === 0 && has === 'texts') part.append(...this.versions(group, texts));
    part.append(list);
    return part;
  }

  /** The articles of a group that have one address, as versions: what became of each in the next. */
  versions(group, texts) {
    const { data } = this;
    const from = data.articlesOf[group];
    const chains = new Map();
    for (let at = 0; at < data.groups[group]; at++) {
      const url = data.url(from + at)?.split('#')[0] ?? null;
      if (url !== null) chains.set(url, [...(chains.get(url) ?? []), at]);
    }
    const time = (at) => data.published[from + at] ?? Infinity;
    const words = wordsOf(texts[0]);
    const whole = (at) => (at === 0 ? words : wholeOf(texts[at], words));
    const shown = [];
    for (const [url, chain] of chains) {
      if (chain.length < 2) continue;
      chain.sort((a, b) => time(a) - time(b) || a - b);
      const details = make('details', 'times', make('summary', '', `${chain.length.toLocaleString('en')} versions of one address: `, make('bdi', '', url)));
      details.addEventListener('toggle', () => {
        if (!details.open || details.children.length > 1) return;
        const rows = chain.slice(1).map((at, before) => {
          const { text, came, went } = changeOf(whole(chain[before]), whole(at));
          const when = moment(data.published[from + at]) ?? 'without a date';
          const what = came + went === 0 ? 'the same words' : `${counted(came, 'word', 'words')} more, ${went.toLocaleString('en')} fewer`;
          const row = make('details', '', make('summary', '', make('span', 'time', when), ` ${what} `, this.link('article', data.ids[from + at])));
          row.append(text);
          return make('li', '', row);
        });
        details.append(make('ol', '', ...rows));
      });
      shown.push(details);
    }
    return shown;
  }

  /** An article. Of an item of a form it is known what it is, and its story is not what is looked at. */
  article(article, stands, text, shown, isItem = false) {
    const { data } = this;
    const relation = data.relation(article);
    const similarity = data.similarity[article];
    const tag = make('span', `tag ${relation}`, similarity === null ? relation : `${relation} ${share(similarity)}`);
    const kind = data.kind(article);
    const facts = [data.sourceName(article), moment(data.published[article])];
    const about = make('span', 'facts');
    facts.filter(Boolean).forEach((fact, at) => about.append(at ? ' · ' : '', make('bdi', '', fact)));
    const tags = isItem && (relation === 'lead' || relation === 'related') ? [] : [tag];
    if (!isItem && kind !== 'article') tags.unshift(make('span', 'tag kind', kind));
    const head = [...tags, make('bdi', 'title', data.title(article)), make('br', ''), about];
    const item = make('li', stands ? 'stands' : '');
    item.id = `a${article}`;
    const place = this.place(article);
    if (!text) {
      item.append(...head, place);
      return item;
    }
    const details = make('details', '', make('summary', '', ...head));
    const fill = () => { if (details.open && details.children.length === 1) details.append(text(), place); };
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

  /** Where an article is found: its address, its id, and the record it was read from. */
  place(article) {
    const { data } = this;
    const id = data.ids[article];
    const parts = [make('bdi', '', id)];
    if (!id.endsWith(`:${data.record[article]}`)) parts.push(make('bdi', '', data.place(article)));
    const url = data.url(article);
    if (url !== null) {
      const link = make('a', '', make('bdi', '', url.length > 90 ? `${url.slice(0, 90)}…` : url));
      link.href = url;
      link.rel = 'noopener noreferrer external';
      link.target = '_blank';
      parts.unshift(link);
    }
    const line = make('p', 'place');
    parts.forEach((part, at) => line.append(at ? ' · ' : '', part));
    line.append(' ', this.link('article', id));
    return line;
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
