// What is listed: stories, copy groups, or forms. An item has articles, and what it is sorted and searched by.

const MARKS = /\p{M}/gu;
const PLAIN = /^[\x00-\x7f]*$/;

/** A text as it is searched: case, width and accents do not count. */
function folded(text) {
  return PLAIN.test(text) ? text.toLowerCase() : text.normalize('NFKD').replace(MARKS, '').toLowerCase();
}

class Items {
  /** `groups` are the ranges of groups of the items; `labels` their labels. */
  constructor(data, groups, labels) {
    this.data = data;
    this.groups = groups;
    this.labels = labels;
    this.length = groups.length;
    this.orders = new Map();
    const numbers = () => new Float64Array(this.length);
    [this.sizes, this.sources, this.first, this.last, this.alike] = [numbers(), numbers(), numbers(), numbers(), numbers()];
    this.hay = [];
    for (let item = 0; item < this.length; item++) this.measure(item);
  }

  static stories(data) {
    const groups = data.stories.map((_, story) => [data.groupsOf[story], data.groupsOf[story + 1]]);
    return new Items(data, groups, data.labels);
  }

  static copies(data) {
    const groups = [];
    const labels = [];
    data.stories.forEach((count, story) => {
      const from = data.groupsOf[story];
      for (let group = from; group < from + count; group++) {
        if (data.groups[group] < 2) continue;
        groups.push([group, group + 1]);
        labels.push(data.labels[story]);
      }
    });
    return new Items(data, groups, labels);
  }

  /** The first article of an item, and the one behind its last. */
  articles(item) {
    const [from, to] = this.groups[item];
    return [this.data.articlesOf[from], this.data.articlesOf[to]];
  }

  /** The articles of an item, one after another. */
  every(item) {
    const [from, to] = this.articles(item);
    return Array.from({ length: to - from }, (_, at) => from + at);
  }

  /** What an item is known by in the address of the page. */
  id(item) {
    return this.data.ids[this.every(item)[0]];
  }

  /** What an item is called. */
  title(item) {
    return this.data.title(this.articles(item)[0]);
  }

  measure(item) {
    const [from, to] = this.articles(item);
    const articles = this.every(item);
    this.gather(item, articles, this.labels[item] ?? '');
    this.sizes[item] = to - from;
    for (const article of articles) {
      const similarity = this.data.similarity[article];
      // A group's representative may itself be related to a story's lead.
      if (similarity !== null && (article > from || to - from === 1)) {
        this.alike[item] = Math.min(this.alike[item], similarity);
      }
    }
  }

  /** Takes what the articles of an item say: when, of which sources, and what they are searched by. */
  gather(item, articles, label) {
    const { data } = this;
    const sources = new Set();
    const titles = new Set();
    let [first, last] = [Infinity, -Infinity];
    let hay = label;
    for (const article of articles) {
      const published = data.published[article];
      if (published !== null) {
        first = Math.min(first, published);
        last = Math.max(last, published);
      }
      if (data.source[article] >= 0) sources.add(data.source[article]);
      titles.add(data.titles[article]);
      hay += `\n${data.ids[article]}`;
    }
    for (const title of titles) hay += `\n${title}`;
    for (const source of sources) hay += `\n${data.sources[source]}`;
    this.hay.push(folded(hay));
    this.sources[item] = sources.size;
    this.first[item] = first;
    this.last[item] = last;
    this.alike[item] = Infinity;
  }

  /** All items in an order, which is made once. */
  order(by) {
    if (!this.orders.has(by)) {
      const all = Uint32Array.from({ length: this.length }, (_, item) => item);
      this.orders.set(by, all.sort(this.comparison(by)));
    }
    return this.orders.get(by);
  }

  comparison(by) {
    // What has no date or no similarity comes last. Numbers go by size, so ties stay the largest first.
    const rising = (of, none) => (a, b) => (of[a] === none ? (of[b] === none ? 0 : 1) : of[b] === none ? -1 : of[a] - of[b]) || a - b;
    const falling = (of, none) => (a, b) => (of[a] === none ? (of[b] === none ? 0 : 1) : of[b] === none ? -1 : of[b] - of[a]) || a - b;
    switch (by) {
      case 'sources': return falling(this.sources);
      case 'newest': return falling(this.last, -Infinity);
      case 'oldest': return rising(this.first, Infinity);
      case 'unlike': return rising(this.alike, Infinity);
      case 'alike': return falling(this.alike, Infinity);
      case 'title': {
        const titles = Array.from({ length: this.length }, (_, item) => folded(this.title(item)));
        const { compare } = new Intl.Collator('en');
        return (a, b) => compare(titles[a], titles[b]) || a - b;
      }
      default: return falling(this.sizes);
    }
  }

  /** The items that have all words and, where it is asked for, an article that is wanted, in an order. */
  found(words, by, isWanted) {
    const order = this.order(by);
    const wanted = folded(words).split(/\s+/).filter(Boolean);
    if (wanted.length === 0 && isWanted === null) return order;
    return order.filter((item) => wanted.every((word) => this.hay[item].includes(word))
      && (isWanted === null || this.every(item).some(isWanted)));
  }
}

/** Forms and notices: an item is one of them, and its articles are what it is filled in for. */
class Forms extends Items {
  constructor(data) {
    super(data, data.forms, data.forms.map(() => null));
  }

  every(item) {
    return this.data.forms[item].items;
  }

  /** A notice is called what it says: it stands under the titles of the articles that it is shown instead of. */
  title(item) {
    const form = this.data.forms[item];
    return form.begins || this.data.title(form.items[0]);
  }

  measure(item) {
    const form = this.data.forms[item];
    this.gather(item, form.items, form.begins);
    // Not all of its records need be listed.
    [this.sizes[item], this.sources[item]] = [form.records, form.sources];
    [this.first[item], this.last[item]] = form.seen ?? [Infinity, -Infinity];
  }
}
