//! What the kernel costs, step by step: `cargo bench --bench kernel`.
//!
//! Everything runs on one thread but the last two groups, which use all there are.

mod corpora;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use samestory::article::Article;
use samestory::clean::Furniture;
use samestory::config::Config;
use samestory::fingerprint::{Overlap, Signer, Tokenizer, normalize, shingles};
use samestory::lsh::{Anchors, Banding, Signatures, candidate_pairs};
use samestory::pipeline;

use corpora::{LANGUAGES, Numbers, pages};

const TEXT: usize = 256 << 10;

fn text(c: &mut Criterion) {
    let mut group = c.benchmark_group("text");
    for language in &LANGUAGES {
        let text = language.text(TEXT, &mut Numbers::new(1));
        group.throughput(Throughput::Bytes(text.len() as u64));
        // What any tool pays that looks at every word: the mark to compare with.
        group.bench_function(BenchmarkId::new("split_whitespace", language.name), |b| {
            b.iter(|| black_box(&text).split_whitespace().count());
        });
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

fn shingling(c: &mut Criterion) {
    let mut group = c.benchmark_group("shingles");
    for count in [400, 5_000] {
        let tokens = random(count + 4, 2);
        let mut set = Vec::new();
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("hash", count), |b| {
            b.iter(|| {
                set.clear();
                shingles(black_box(&tokens), 5, &mut set);
                set.len()
            });
        });
        group.bench_function(BenchmarkId::new("hash and sort", count), |b| {
            b.iter(|| {
                set.clear();
                shingles(black_box(&tokens), 5, &mut set);
                set.sort_unstable();
                set.dedup();
                set.len()
            });
        });
    }
    group.finish();
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
    let rows: Vec<u32> = (0..TEXTS as u32).collect();
    let ends = vec![0; TEXTS];
    let signatures = Signatures::new(&values, 128, &rows);
    let plan = Banding::plan(0.5, 0.99, 128);
    let mut group = c.benchmark_group("candidates, all threads");
    group.throughput(Throughput::Elements(TEXTS as u64));
    group.sample_size(10);
    group.bench_function("bands", |b| {
        b.iter(|| {
            candidate_pairs(
                black_box(&signatures),
                Anchors::new(&[], &ends, &rows),
                plan,
                0,
            )
            .from_bands
        });
    });
    group.finish();
}

fn cleaning(c: &mut Criterion) {
    let pages = pages(2_000);
    let bytes: usize = pages.iter().map(|page| page.text.len()).sum();
    let learn = || Furniture::learn(black_box(&pages[..])).expect("pages in memory can be read");
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
    benches, text, shingling, signing, verifying, cleaning, banding
);
criterion_main!(benches);
