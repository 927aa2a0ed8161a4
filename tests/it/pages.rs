//! HTML: pages as files, and fields that hold HTML or only look like it.

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, columns, json_line, rows};

/// A page with a menu, a story of three paragraphs and a foot.
fn page(title: &str, story: &str) -> String {
    let menu: String = ["Home", "Politics", "Sport", "Weather"]
        .iter()
        .map(|entry| format!("<li><a href=\"/{entry}\">{entry}</a></li>"))
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>{title} | The Courier</title>\
        <meta property=\"og:title\" content=\"{title}\"><link rel=\"canonical\" href=\"https://www.courier.example/a/1\">\
        <meta property=\"article:published_time\" content=\"2024-02-03T04:05:06+01:00\">\
        <style>p {{ margin: 0 }}</style><script>if (1 < 2) document.write(\"<p>never seen</p>\")</script></head>\
        <body><nav><ul>{menu}</ul></nav><article><h1>{title}</h1><p>{story}</p><p>{BRIDGE}</p><p>{story} &amp; so on.</p>\
        </article><aside><h3>Most read</h3><ol><li>A cat</li></ol></aside><footer>&copy; The Courier</footer></body></html>"
    )
}

/// The clusters of some inputs.
fn table(folder: &Folder, inputs: &[&str], flags: &[&str]) -> String {
    folder.run(&[&["cluster"], inputs, flags].concat()).done()
}

#[test]
fn a_page_is_an_article_with_what_it_says_of_itself() {
    let folder = Folder::with("page.html", page("No ferry", FERRY));
    let rows = rows(&table(&folder, &["page.html"], &[]));
    assert_eq!(rows[1][0], "page.html:1");
    assert_eq!(
        rows[1][8..11],
        ["No ferry", "courier.example", "2024-02-03T03:05:06Z"]
    );
}

#[test]
fn the_main_text_of_a_page_is_what_a_text_of_it_would_be() {
    let text = format!("{FERRY}\n{BRIDGE}\n{FERRY} & so on.");
    let record = serde_json::json!({ "id": "text", "title": "No ferry", "text": text });
    for how in ["auto", "fast", "best"] {
        let folder = Folder::with("page.html", page("No ferry", FERRY));
        folder.write("text.jsonl", format!("{record}\n"));
        let table = table(&folder, &["text.jsonl", "page.html"], &["--html", how]);
        let found = columns(&table, ["relation", "similarity"]);
        let similarity = found.iter().find_map(|row| row.1.parse::<f64>().ok());
        assert!(
            similarity.is_some_and(|share| share > 0.9),
            "{how}: {table}"
        );
    }
}

#[test]
fn without_extraction_a_line_of_the_page_is_a_line_of_the_text() {
    let folder = Folder::new();
    for (number, story) in [
        FERRY,
        PUFFINS,
        "A third story has quite other words in it, of which none is short.",
    ]
    .iter()
    .enumerate()
    {
        let text = page(&format!("Title {number}"), story)
            .replace(BRIDGE, &format!("Number {number} only."));
        folder.write(&format!("in/{number}.html"), text);
    }
    folder
        .run(&[
            "cluster",
            "in",
            "--html",
            "off",
            "--furniture-out",
            "furniture.csv",
            "-o",
            "out.csv",
        ])
        .done();
    let furniture = folder.text("furniture.csv");
    for line in ["Home", "Weather", "Most read", "A cat", "© The Courier"] {
        assert!(furniture.contains(line), "{line}: {furniture}");
    }
    assert!(!furniture.contains("never seen"), "{furniture}");
}

#[test]
fn fields_that_hold_html_are_read_and_texts_with_a_mark_are_not_touched() {
    let code = format!("<b> is the tag for bold print. {FERRY}");
    let math = format!("<3 from the crew, if 1 < 2 and 3 > 2: {FERRY}");
    let later = format!("Write <p> and </p> around it. {FERRY}");
    let markup = format!("<p>{FERRY}</p>\n<p>{BRIDGE}<br>{PUFFINS}</p>");
    let texts = [code, math, later, markup, page("No ferry", FERRY)];
    let dump: String = texts
        .iter()
        .zip(1..)
        .map(|(text, number): (&String, u32)| {
            let record = serde_json::json!({ "id": number.to_string(), "html": text });
            format!("{record}\n")
        })
        .collect();
    let folder = Folder::with("dump.jsonl", dump);
    let plain = json_line("plain", "", &format!("{FERRY}\n{BRIDGE}\n{PUFFINS}"));
    folder.write("plain.jsonl", plain + &json_line("bare", "", FERRY));
    let inputs = ["dump.jsonl", "plain.jsonl"];
    let flags = [
        "--keep-furniture",
        "--copy-threshold",
        "1",
        "--excerpt-threshold",
        "1",
    ];
    let table = table(&folder, &inputs, &flags);
    let rows = rows(&table);
    // Markup makes the same text as the plain one; a page gives its title too.
    let of = |id: &str| {
        rows.iter()
            .find(|row| row[0] == id)
            .expect("it has a row")
            .clone()
    };
    assert_eq!(of("plain")[2], of("4")[2], "{table}");
    assert_eq!(of("5")[8], "No ferry");
    assert_eq!(of("5")[9], "courier.example");
    assert_ne!(of("1")[2], of("bare")[2], "{table}");
    assert_ne!(of("3")[2], of("bare")[2], "{table}");
}

#[test]
fn a_page_nested_without_end_is_read_as_what_is_visible() {
    let deep = format!(
        "<!doctype html><html><body>{}<p>{FERRY}</p>{}</body></html>",
        "<div>".repeat(100_000),
        "</div>".repeat(100_000)
    );
    let unclosed = format!(
        "<!doctype html><html><body>{}{FERRY}",
        "<b class=x><p>".repeat(30_000)
    );
    let folder = Folder::with("deep.html", deep);
    folder.write("unclosed.html", unclosed);
    folder.write("plain.txt", format!("x\n{FERRY}\n"));
    for how in ["fast", "best", "off"] {
        let inputs = ["plain.txt", "deep.html", "unclosed.html"];
        let table = table(&folder, &inputs, &["--html", how]);
        let copies = columns(&table, ["copy_id", "relation"]);
        assert!(copies.iter().all(|row| row.0 == copies[0].0), "{table}");
    }
}

#[test]
fn pages_that_are_no_pages_do_no_harm() {
    let folder = Folder::new();
    let odd = [
        "<!doctype html>".to_owned(),
        "<html><body></body></html>".to_owned(),
        format!("<html><body><p>{FERRY}<!-- never closed"),
        format!("<html><body><p class=\"never closed>{FERRY}"),
        format!("<html><script>never closed {FERRY}"),
        format!("<html><body><svg/><p>{FERRY}</p><svg>"),
        format!("<html><body>{}<p>{FERRY}", "<a href=\"".repeat(20_000)),
        format!("<html><body>{}<p>{FERRY}", "<!".repeat(200_000)),
        format!("<html><body>{}<p>{FERRY}", "<svg>".repeat(100_000)),
        format!("<html><table>{}<p>{FERRY}", "<table><tr><td>".repeat(200)),
    ];
    for (number, text) in odd.iter().enumerate() {
        folder.write(&format!("in/{number}.html"), text);
    }
    for how in ["fast", "best", "off"] {
        let ran = folder.run(&["cluster", "in", "--html", how, "-o", "out.csv"]);
        assert!(
            ran.err.contains("2 rejected: neither a text nor a title"),
            "{how}: {}",
            ran.err
        );
        assert!(!ran.err.contains("panicked"), "{how}: {}", ran.err);
        let rows = rows(&folder.text("out.csv"));
        assert_eq!(rows.len() - 1, odd.len() - 2, "{how}");
    }
}

#[test]
fn a_folder_of_pages_without_its_copies_has_the_files_of_the_others() {
    let folder = Folder::with("in/a.html", page("No ferry", FERRY));
    folder.write("in/b.htm", page("No ferry", FERRY));
    folder.write(
        "in/c.html",
        page("Puffins", &PUFFINS.repeat(3)).replace(BRIDGE, PUFFINS),
    );
    folder.run(&["dedup", "in", "-o", "out/"]).done();
    let files = folder.files();
    let out: Vec<&str> = files
        .iter()
        .filter_map(|name| name.strip_prefix("out/"))
        .filter(|name| !name.starts_with('.'))
        .collect();
    assert_eq!(out, ["a.html", "c.html"]);
    assert_eq!(folder.bytes("out/a.html"), folder.bytes("in/a.html"));
}

#[test]
fn extraction_gives_the_same_at_any_time_and_number_of_threads() {
    let folder = Folder::new();
    for number in 0..60 {
        let story = format!(
            "{number} {} {}",
            [FERRY, PUFFINS][number % 2],
            "More was not said. ".repeat(number % 7)
        );
        folder.write(
            &format!("in/{number}.html"),
            page(&format!("Title {}", number / 4), &story),
        );
    }
    for how in ["fast", "best"] {
        let run = |threads: &str| table(&folder, &["in"], &["--html", how, "--threads", threads]);
        let first = run("1");
        assert!((0..3).all(|_| run("3") == first), "{how}");
    }
}

#[test]
fn pages_of_which_the_extractor_saw_next_to_nothing_are_told_with_their_sites() {
    let banner = "Read this story in our app without adverts and hear of all that happens in the north before your neighbours do";
    let story = |page: usize| {
        let words: Vec<&str> = [FERRY, BRIDGE, PUFFINS]
            .iter()
            .flat_map(|text| text.split(' '))
            .collect();
        let item = |item: usize| {
            let turned =
                (0..40).map(|at| words[(page * 31 + item * 7 + at * (item + 3)) % words.len()]);
            format!(
                "<li><span>{}</span></li>",
                turned.collect::<Vec<_>>().join(" ")
            )
        };
        (0..12).map(item).collect::<String>()
    };
    let folder = Folder::new();
    for number in 0..4 {
        let host = if number == 3 { "post" } else { "courier" };
        let page = format!(
            "{}<!DOCTYPE html><html><head><title>Title {number}</title><link rel=canonical \
            href=https://www.{host}.example/a/{number}></head><body><article><p>{banner}</p></article>\
            <ul class=\"nav related-menu\">{}</ul></body></html>",
            // A stray byte does not make another thing of it.
            ["", "\0", "x", "\u{feff}\u{feff}"][number],
            story(number)
        );
        folder.write(&format!("in/{number}.html"), page);
    }
    let ran = folder.run(&["cluster", "in", "--verbose", "--html", "fast"]);
    let told: Vec<&str> = ran
        .err
        .lines()
        .skip_while(|line| !line.starts_with("pages"))
        .collect();
    assert!(
        told[0].contains("4 by the other extractor, 0 as all"),
        "{}",
        ran.err
    );
    assert_eq!(
        told[1].split_whitespace().collect::<Vec<_>>(),
        ["3", "courier.example"]
    );
    assert_eq!(
        told[2].split_whitespace().collect::<Vec<_>>(),
        ["1", "post.example"]
    );
    let table = ran.done();
    let copies = columns(&table, ["article_id", "copy_id"]);
    assert!(
        copies.iter().all(|(article, copy)| article == copy),
        "{table}"
    );
    let plain = folder.run(&["cluster", "in", "--html", "fast"]);
    assert!(
        plain.err.contains("pages       4 by") && !plain.err.contains("courier.example"),
        "{}",
        plain.err
    );
}
