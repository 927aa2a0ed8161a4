use samestory::{article::*, config::*, pipeline::*};
use std::borrow::Cow;
use std::io::Write;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let out = std::env::args().nth(2).unwrap();
    let mode = std::env::args().nth(3).unwrap_or_default();
    let s = std::fs::read_to_string(p).unwrap();
    let v: Vec<serde_json::Value> = s
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let arts: Vec<Article> = v
        .iter()
        .map(|d| {
            let g = |k: &str| d[k].as_str().unwrap_or("").to_string();
            let mut text = g("text");
            if mode.contains("nobreak") {
                text = text.replace('\n', " ");
            }
            Article {
                external_id: Some(Cow::Owned(g("id"))),
                title: g("title").into(),
                text: text.into(),
                source: if mode.contains("nosource") {
                    None
                } else {
                    d["source"].as_str().map(|s| s.to_string().into())
                },
                ..Default::default()
            }
        })
        .collect();
    let t = std::time::Instant::now();
    let mut c = Config::default();
    if let Ok(x) = std::env::var("COPY") {
        c.copy_threshold = Threshold::new("x", x.parse().unwrap()).unwrap();
    }
    if let Ok(x) = std::env::var("EXC") {
        c.excerpt_threshold = Threshold::new("x", x.parse().unwrap()).unwrap();
    }
    if std::env::var("KEEP").is_ok() {
        c.keep_furniture = true;
    }
    let r = cluster(&arts[..], &c).unwrap();
    eprintln!(
        "{:?} {:?} texts {} pairs {}",
        t.elapsed(),
        r.counts,
        r.texts.len(),
        r.pairs.len()
    );
    let mut f = std::io::BufWriter::new(std::fs::File::create(out).unwrap());
    writeln!(f, "article_id,story_id,copy_id,relation,similarity").unwrap();
    let mut w = csv::Writer::from_writer(f);
    for i in 0..arts.len() {
        let m = r.groups.of(i);
        let id = |i: usize| r.register.external_id(i).unwrap().to_string();
        let rep = id(m.representative as usize);
        w.write_record([
            &id(i),
            &rep,
            &rep,
            &format!("{:?}", m.relation),
            &m.similarity.0.to_string(),
        ])
        .unwrap();
    }

    if let Ok(g) = std::env::var("GOLD") {
        let ix: std::collections::HashMap<String, usize> = (0..arts.len())
            .map(|i| (r.register.external_id(i).unwrap().to_string(), i))
            .collect();
        let mut sh = samestory::fingerprint::Shingler::default();
        for l in std::fs::read_to_string(g).unwrap().lines().skip(1) {
            let f: Vec<&str> = l.split(',').collect();
            let (a, b) = (ix[f[0]], ix[f[1]]);
            if r.groups.of(a).representative == r.groups.of(b).representative {
                continue;
            }
            let sa = sh
                .shingles(&arts[a], &r.furniture.kept(&arts[a]), 5)
                .to_vec();
            let ta = sh.tokens().len();
            let sb = sh
                .shingles(&arts[b], &r.furniture.kept(&arts[b]), 5)
                .to_vec();
            let tb = sh.tokens().len();
            let o = samestory::fingerprint::Overlap::of(&sa, &sb);
            println!(
                "{} {} {} J={:.3} C={:.3} tokens {} {}",
                f[0],
                f[1],
                f[2],
                o.jaccard().0 as f64 / 1e6,
                o.containment().0 as f64 / 1e6,
                ta,
                tb
            );
        }
    }
}
