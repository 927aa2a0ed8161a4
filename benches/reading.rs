//! What reading pages costs: archives, and the main text of HTML.
//!
//! Pages are generated: menus, styles, scripts and a ranking around an article, 25 KB in the median.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::Compression;
use flate2::write::GzEncoder;
use samestory::corpus::{Corpus, FileCorpus, Html};

const PAGES: usize = 100;

/// Numbers that look random, from a seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn words(&mut self, count: u64) -> String {
        const PARTS: [&str; 16] = [
            "ka", "lo", "mer", "sti", "na", "ro", "dei", "pul", "ta", "vin", "so", "gra", "be",
            "lun", "hi", "fo",
        ];
        let word = |numbers: &mut Numbers| -> String {
            (0..=numbers.below(3))
                .map(|_| PARTS[numbers.below(16) as usize])
                .collect()
        };
        (0..count).map(|_| word(self)).collect::<Vec<_>>().join(" ")
    }
}

fn page(numbers: &mut Numbers) -> String {
    let menu: String = (0..40)
        .map(|_| {
            format!(
                "<li class=\"nav-item\"><a href=\"/s/{}\">{}</a></li>",
                numbers.below(999),
                numbers.words(2)
            )
        })
        .collect();
    let styles: String = (0..320)
        .map(|at| {
            format!(
                ".c{at}{{margin:{}px;color:#{:06x}}}",
                numbers.below(40),
                numbers.below(1 << 24)
            )
        })
        .collect();
    let script: String = (0..700)
        .map(|_| format!("{},", numbers.below(1 << 30)))
        .collect();
    let ranking: String = (0..10)
        .map(|at| {
            format!(
                "<li><a href=\"/a/{at}.html\"><span>{}</span></a></li>",
                numbers.words(8)
            )
        })
        .collect();
    let story: String = (0..5 + numbers.below(20))
        .map(|_| {
            let length = 30 + numbers.below(60);
            format!("<p>{}.</p>\n", numbers.words(length))
        })
        .collect();
    let title = numbers.words(9);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | Courier</title>\
        <meta property=\"article:published_time\" content=\"2024-05-06T07:08:09Z\"><style>{styles}</style>\
        <script>var x=[{script}0];</script></head><body><header><nav><ul>{menu}</ul></nav></header>\
        <div class=\"content\"><article class=\"story\"><h1>{title}</h1>{story}</article></div>\
        <aside><h3>Most read</h3><ol>{ranking}</ol></aside><footer><p>&copy; Courier</p></footer></body></html>"
    )
}

/// An archive of pages; its length before compression.
fn archive(path: &Path) -> u64 {
    let mut numbers = Numbers(7);
    let mut file = Vec::new();
    let mut length = 0;
    for at in 0..PAGES {
        let page = page(&mut numbers);
        let content = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
        let record = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://courier.example/{at}\r\n\
            Content-Length: {}\r\n\r\n{content}\r\n\r\n",
            content.len()
        );
        length += record.len() as u64;
        let mut member = GzEncoder::new(&mut file, Compression::default());
        member
            .write_all(record.as_bytes())
            .expect("memory can be written");
        member.finish().expect("memory can be written");
    }
    std::fs::write(path, file).expect("the file can be written");
    length
}

fn reading(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let path = folder.path().join("pages.warc.gz");
    let length = archive(&path);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10);
    for (name, html) in [
        ("visible", Html::Off),
        ("fast", Html::Fast),
        ("best", Html::Best),
    ] {
        let corpus = FileCorpus::builder()
            .html(html)
            .open(&[&path])
            .expect("it opens");
        group.throughput(Throughput::Elements(PAGES as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let articles = AtomicUsize::new(0);
                let swept = pool.install(|| {
                    corpus.sweep(&|batch| {
                        articles.fetch_add(batch.articles.len(), Ordering::Relaxed);
                        Ok(())
                    })
                });
                swept.expect("it is read");
                assert_eq!(articles.into_inner(), PAGES);
            });
        });
    }
    let bytes = std::fs::read(&path).expect("it is there");
    group.throughput(Throughput::Bytes(length));
    group.bench_function("decompression alone", |bencher| {
        bencher.iter(|| {
            let mut reader = flate2::read::MultiGzDecoder::new(&bytes[..]);
            std::io::copy(&mut reader, &mut std::io::sink()).expect("it is gzip")
        });
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
