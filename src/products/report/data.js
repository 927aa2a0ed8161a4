// The data of the page: an index, unpacked at once, and blocks of texts, unpacked when one of them is opened.

const byId = (id) => document.getElementById(id);

/** Makes an element of a class, with texts and elements in it. What articles say gets into the page here, as text. */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null));
  return element;
}

const parsed = new Promise((done) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', done, { once: true });
  else done();
});

/** The JSON in a script element: zlib, in base64. */
async function unpack(id) {
  const packed = atob(byId(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at++) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).json();
}

/** Where runs of these lengths begin, and where the last ends. */
function starts(lengths) {
  const found = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, at) => { found[at + 1] = found[at] + length; });
  return found;
}

/** The last run that begins at or before a place. */
function runOf(found, place) {
  let [from, to] = [0, found.length - 1];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (found[middle] <= place) from = middle;
    else to = middle;
  }
  return from;
}

const RELATIONS = { l: 'lead', x: 'exact', n: 'near', e: 'excerpt', r: 'related' };
const KINDS = { a: 'article', n: 'notice', e: 'empty', f: 'form' };

/** The index and what follows from it; articles, groups and stories go by their numbers. */
class Data {
  constructor(index) {
    Object.assign(this, index);
    this.articlesOf = starts(index.groups);
    this.groupsOf = starts(index.stories);
    this.blocksOf = starts(index.blocks.map((block) => block[0]));
    this.unpacked = new Map();
  }

  static async read() {
    return new Data(await unpack('index'));
  }

  title(article) {
    return this.titles[article].trim() || '(no title)';
  }

  sourceName(article) {
    const source = this.source[article];
    return source < 0 ? null : this.sources[source];
  }

  /** The address of an article, where there is one that leads into the web. */
  url(article) {
    const url = this.urls[article] ?? null;
    return url !== null && /^https?:\/\//i.test(url) ? url : null;
  }

  relation(article) {
    return RELATIONS[this.relations[article]];
  }

  kind(article) {
    return KINDS[this.kinds[article]];
  }

  place(article) {
    return `${this.inputs[this.input[article]]}:${this.record[article]}`;
  }

  /** What there is of the articles of a group: what, and for each of them. */
  async texts(group) {
    const block = runOf(this.blocksOf, group);
    const has = this.blocks[block][1];
    if (has === 'nothing') return { has, texts: [] };
    if (!this.unpacked.has(block)) this.unpacked.set(block, parsed.then(() => unpack(`b${block}`)));
    const all = await this.unpacked.get(block);
    const from = this.articlesOf[group] - this.articlesOf[this.blocksOf[block]];
    return { has, texts: all.slice(from, from + this.groups[group]) };
  }
}

/** The name of a language in English, by its code. */
function languageName(code) {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A moment in UTC, to the minute; nothing where there is none. */
function moment(seconds) {
  if (seconds === null || Math.abs(seconds) > 8.64e12) return null;
  return new Date(seconds * 1000).toISOString().slice(0, -8).replace('T', ' ');
}

const day = (seconds) => moment(seconds)?.slice(0, -6) ?? null;
const share = (tenThousandths) => (tenThousandths / 10000).toFixed(2);
const counted = (number, one, many) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
