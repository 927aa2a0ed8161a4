//! What the kernel costs, step by step: `cargo bench --bench kernel`.
//!
//! Everything runs on one thread but the last two groups, which use all there are. `split_whitespace` is what any tool
//! pays that looks at every word: the mark to compare with.

mod corpora;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::clean::Furniture;
use samestory::config::Config;
use samestory::corpus::{Article, Batch, Corpus, FileCorpus};
use samestory::kernel::{Overlap, Signer, Tokenizer, normalize, shingles};
use samestory::pipeline;
use samestory::spill::MemoryBudget;
use samestory::stages::candidates::{Banding, Cut, anchors};

use corpora::{LANGUAGES, Numbers, pages};

const TEXT: usize = 256 << 10;
/// About the length of an article.
const ARTICLE: usize = 2_500;

fn text(c: &mut Criterion) {
    let mut group = c.benchmark_group("text");
    for language in &LANGUAGES {
        let text = language.text(TEXT, &mut Numbers::new(1));
        group.throughput(Throughput::Bytes(text.len() as u64));
        let mut normal = String::new();
        group.bench_function(BenchmarkId::new("normalize", language.name), |b| {
            b.iter(|| {
                normal.clear();
                normalize(black_box(&text), &mut normal);
                normal.len()
            });
        });
        let (mut tokenizer, mut tokens) = (Tokenizer::default(), Vec::new());
        group.bench_function(BenchmarkId::new("tokens", language.name), |b| {
            b.iter(|| {
                tokens.clear();
                tokenizer.tokens(black_box(&text), &mut tokens);
                tokens.len()
            });
        });
    }
    group.finish();
}

/// From text to fingerprint, as a whole and stage by stage, all in bytes of the text it is done for.
fn fingerprinting(c: &mut Criterion) {
    let mut group = c.benchmark_group("fingerprint");
    for language in &LANGUAGES {
        let text = language.text(TEXT, &mut Numbers::new(1));
        let articles: Vec<&str> = cut(&text, ARTICLE);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("split_whitespace", language.name), |b| {
            let words = |text: &&str| text.split_whitespace().count();
            b.iter(|| black_box(&articles).iter().map(words).sum::<usize>());
        });
        let mut press = Press::default();
        group.bench_function(BenchmarkId::new("all", language.name), |b| {
            b.iter(|| {
                press.clear();
                articles
                    .iter()
                    .for_each(|text| press.print(black_box(text)));
                press.signatures.len() + press.anchors.len()
            });
        });
    }
    let text = LANGUAGES[0].text(TEXT, &mut Numbers::new(1));
    let tokens: Vec<Vec<u64>> = cut(&text, ARTICLE)
        .into_iter()
        .map(|text| {
            let mut tokens = Vec::new();
            Tokenizer::default().tokens(text, &mut tokens);
            tokens
        })
        .collect();
    let sets: Vec<Vec<u64>> = tokens.iter().map(|tokens| set(tokens)).collect();
    let mut press = Press::default();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("shingles/English", |b| {
        b.iter(|| {
            press.clear();
            for tokens in black_box(&tokens) {
                shingles(tokens, 5, &mut press.set);
            }
            press.set.len()
        });
    });
    group.bench_function("signatures/English", |b| {
        b.iter(|| {
            press.clear();
            for set in black_box(&sets) {
                press.signer.sign(set, &mut press.signatures);
            }
            press.signatures.len()
        });
    });
    group.bench_function("anchors/English", |b| {
        b.iter(|| {
            press.clear();
            for set in black_box(&sets) {
                anchors(set, &mut press.anchors);
            }
            press.anchors.len()
        });
    });
    group.bench_function("sorted set/English", |b| {
        b.iter(|| {
            let sorted = |tokens: &Vec<u64>| {
                let mut set = set(tokens);
                set.sort_unstable();
                set.dedup();
                set.len()
            };
            black_box(&tokens).iter().map(sorted).sum::<usize>()
        });
    });
    group.finish();
}

/// Everything that fingerprinting keeps between texts, and what it makes.
struct Press {
    tokenizer: Tokenizer,
    signer: Signer,
    tokens: Vec<u64>,
    set: Vec<u64>,
    signatures: Vec<u32>,
    anchors: Vec<u64>,
}

impl Default for Press {
    fn default() -> Press {
        Press {
            tokenizer: Tokenizer::default(),
            signer: Signer::new(128),
            tokens: Vec::new(),
            set: Vec::new(),
            signatures: Vec::new(),
            anchors: Vec::new(),
        }
    }
}

impl Press {
    fn clear(&mut self) {
        self.set.clear();
        self.signatures.clear();
        self.anchors.clear();
    }

    fn print(&mut self, text: &str) {
        self.tokens.clear();
        self.set.clear();
        self.tokenizer.tokens(text, &mut self.tokens);
        shingles(&self.tokens, 5, &mut self.set);
        self.signer.sign(&self.set, &mut self.signatures);
        anchors(&self.set, &mut self.anchors);
    }
}

fn set(tokens: &[u64]) -> Vec<u64> {
    let mut set = Vec::new();
    shingles(tokens, 5, &mut set);
    set
}

/// Cuts a text into pieces of about so many bytes, at the ends of lines.
fn cut(text: &str, bytes: usize) -> Vec<&str> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let near = rest.floor_char_boundary(bytes);
        let end = rest[near..]
            .find('\n')
            .map_or(rest.len(), |at| near + at + 1);
        pieces.push(&rest[..end]);
        rest = &rest[end..];
    }
    pieces
}

fn signing(c: &mut Criterion) {
    let mut group = c.benchmark_group("sign, 128 hashes");
    for count in [50, 400, 5_000] {
        let set = random(count, 3);
        let (mut signer, mut signature) = (Signer::new(128), Vec::new());
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter(|| {
                signature.clear();
                signer.sign(black_box(&set), &mut signature)
            });
        });
    }
    group.finish();
}

fn verifying(c: &mut Criterion) {
    let mut group = c.benchmark_group("overlap of two sets of 400");
    for shared in [0, 267, 400] {
        let all = random(800 - shared, 4);
        let mut a = all[..400].to_vec();
        let mut b = all[400 - shared..].to_vec();
        a.sort_unstable();
        b.sort_unstable();
        group.throughput(Throughput::Elements(800));
        group.bench_function(BenchmarkId::new("shared", shared), |bencher| {
            bencher.iter(|| Overlap::of(black_box(&a), black_box(&b)));
        });
    }
    group.finish();
}

fn banding(c: &mut Criterion) {
    const TEXTS: usize = 20_000;
    let mut values = Vec::new();
    let mut signer = Signer::new(128);
    for text in 0..TEXTS {
        // Every fourth text has three quarters of its shingles from the one before: a Jaccard similarity of 0.6.
        let mut set = random(200, text as u64);
        if text % 4 == 3 {
            set[..150].copy_from_slice(&random(150, text as u64 - 1));
        }
        signer.sign(&set, &mut values);
    }
    let cut = Cut::new(Banding::plan(0.7, 0.99, 128), 128, 0);
    let mut group = c.benchmark_group("bands");
    group.throughput(Throughput::Elements(TEXTS as u64));
    group.bench_function("cut", |b| {
        let mut keys = Vec::new();
        b.iter(|| {
            keys.clear();
            for signature in values.chunks_exact(128) {
                cut.keys(black_box(signature), &mut keys);
            }
            keys.len()
        });
    });
    group.finish();
}

/// JSON lines, whose texts have an escape a line: all fields, and what learning asks for.
fn reading(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let path = folder.path().join("pages.jsonl");
    let mut lines = String::new();
    for page in pages(2_000) {
        let line = serde_json::json!({
            "id": page.external_id, "title": page.title, "text": page.text, "source": page.source,
            "date": "2025-02-01T13:58:00Z",
        });
        lines.push_str(&format!("{line}\n"));
    }
    std::fs::write(&path, &lines).expect("the file can be written");
    let corpus = FileCorpus::builder().open(&[&path]).expect("it opens");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.expect("a thread");
    let nothing = |_: Batch<'_>| Ok(());
    let mut group = c.benchmark_group("JSON lines, one thread");
    group.throughput(Throughput::Bytes(lines.len() as u64));
    group.bench_function("all fields", |b| {
        b.iter(|| pool.install(|| corpus.sweep(&nothing)).expect("it is read"));
    });
    group.bench_function("texts only", |b| {
        b.iter(|| {
            pool.install(|| corpus.sweep_texts(&nothing))
                .expect("it is read")
        });
    });
    group.finish();
}

fn cleaning(c: &mut Criterion) {
    let pages = pages(2_000);
    let bytes: usize = pages.iter().map(|page| page.text.len()).sum();
    let learn = || {
        Furniture::learn(black_box(&pages[..]), &MemoryBudget::default())
            .expect("pages in memory can be read")
    };
    let mut group = c.benchmark_group("2,000 pages");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.sample_size(20);
    let furniture = learn();
    group.bench_function("strip, one thread", |b| {
        let kept = |page: &Article<'_>| furniture.kept(black_box(page)).len();
        b.iter(|| pages.iter().map(kept).sum::<usize>());
    });
    group.bench_function("learn, all threads", |b| b.iter(learn));
    group.bench_function("cluster, all threads", |b| {
        let config = Config::default();
        b.iter(|| {
            let found = pipeline::cluster(black_box(&pages[..]), &config, &|_| Ok(()));
            found.expect("pages in memory can be read").pairs.len()
        });
    });
    group.finish();
}

fn random(count: usize, seed: u64) -> Vec<u64> {
    let mut numbers = Numbers::new(seed);
    (0..count).map(|_| numbers.next()).collect()
}

criterion_group!(
    benches,
    text,
    fingerprinting,
    signing,
    verifying,
    reading,
    cleaning,
    banding
);
criterion_main!(benches);
