use samestory::article::*;
use samestory::clean::*;
use std::borrow::Cow;
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let show: usize = std::env::args().nth(2).map_or(0, |s| s.parse().unwrap());
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
    let (f, _) = Furniture::learn(&arts[..]).unwrap();
    eprintln!("learned {:?}", t.elapsed());
    let (mut all, mut gone, mut empty) = (0, 0, 0);
    for (i, a) in arts.iter().enumerate() {
        let d = f.dropped(a);
        let n: usize = d.iter().map(|d| d.span.len()).sum();
        all += a.text.len();
        gone += n;
        let k: usize = f
            .kept(a)
            .iter()
            .map(|r| a.text[r.clone()].trim().len())
            .sum();
        if k == 0 && !a.text.trim().is_empty() {
            empty += 1;
        }
        if i < show {
            println!("==== {} {:?}", a.external_id.as_ref().unwrap(), a.title);
            let mut at = 0;
            for x in &d {
                print!("{}", &a.text[at..x.span.start]);
                print!(
                    "\x1b[9;31m[{:?} {}]{}\x1b[0m",
                    x.why,
                    x.pages,
                    &a.text[x.span.clone()]
                );
                at = x.span.end;
            }
            println!("{}", &a.text[at..]);
        }
    }
    println!(
        "{} pages, dropped {:.3}, emptied {}",
        arts.len(),
        gone as f64 / all as f64,
        empty
    );
}
