//! A report shows what was found, in one page that asks nothing of anybody.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::command::{FERRY, Folder, PUFFINS, gzip, json_line, small_dump};
use crate::corpora::{Coverage, wire};
use crate::kinds_shown;

/// What nobody should write into a page.
const EVIL: &str = "</script><script>fetch('https://evil.example/')</script><img src=x onerror=alert(1)> \"'&amp; ]]> --> \u{1}\u{7f}";

/// A clusters table of the dump of a folder, if there is none yet, and the report on it, with more flags.
fn report(folder: &Folder, flags: &[&str]) -> String {
    if !folder.path("c.csv").exists() {
        folder.run(&["cluster", "dump.jsonl", "-o", "c.csv"]).done();
    }
    let call = ["report", "c.csv", "--input", "dump.jsonl", "-o", "r.html"];
    folder.run(&[&call, flags].concat()).done();
    folder.text("r.html")
}

/// The JSON in a script element of a page.
fn unpacked(page: &str, id: &str) -> Value {
    use base64::Engine as _;
    let begin = format!("id=\"{id}\">");
    let from = page.find(&begin).expect("there is such an element") + begin.len();
    let packed = &page[from..from + page[from..].find('<').expect("it ends")];
    let packed = base64::engine::general_purpose::STANDARD.decode(packed);
    let packed = packed.expect("it is base64");
    let json = flate2::read::ZlibDecoder::new(&packed[..]);
    serde_json::from_reader(json).expect("it is JSON")
}

#[test]
fn the_page_has_what_the_table_and_the_inputs_say() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let page = report(&folder, &[]);
    let index = unpacked(&page, "index");
    insta::assert_snapshot!(serde_json::to_string_pretty(&index).expect("it is JSON"));
    let whole = format!("{FERRY} Nobody was hurt, he added.");
    let copy = json!([FERRY.len() - 5, ["quay.", 6], -26]);
    assert_eq!(unpacked(&page, "b0"), json!([[whole], copy, copy]));
}

#[test]
fn the_page_is_the_same_bytes_at_any_number_of_threads_and_from_any_form_of_table() {
    let folder = Folder::with("dump.jsonl", Coverage::default().dump(5).to_jsonl());
    let page = report(&folder, &["--threads", "1"]);
    assert!(page == report(&folder, &["--threads", "4"]));
    for name in ["c.jsonl", "c.csv.gz", "c.jsonl.zst", "c.parquet"] {
        if name.ends_with("parquet") && cfg!(not(feature = "parquet")) {
            continue;
        }
        folder.run(&["cluster", "dump.jsonl", "-o", name]).done();
        let out = folder
            .run(&["report", name, "--input", "dump.jsonl", "-q"])
            .done();
        assert!(page == out, "{name}");
    }
}

#[test]
fn a_state_says_what_is_furniture_as_learning_it_anew_does() {
    let folder = Folder::with("dump.jsonl", Coverage::default().dump(5).to_jsonl());
    let page = report(&folder, &[]);
    let keep = ["cluster", "dump.jsonl", "-o", "c.csv", "--state", "kept"];
    folder.run(&keep).done();
    assert!(page == report(&folder, &["--state", "kept"]));
    folder.write("dump.jsonl", small_dump());
    let call = ["report", "c.csv", "--input", "dump.jsonl"];
    let complaint = folder
        .run(&[&call[..], &["--state", "kept"]].concat())
        .failed();
    assert!(complaint.contains("dump.jsonl"), "{complaint}");
}

#[test]
fn a_page_is_no_larger_than_it_may_be_and_says_what_is_missing() {
    let folder = Folder::with("dump.jsonl", Coverage::default().dump(6).to_jsonl());
    let records = folder.text("dump.jsonl");
    // Texts that do not compress: 4 MB of them.
    let noise = |seed: u64| -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut word = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            format!("{state:x}")
        };
        (0..1_500).map(|_| word() + " ").collect()
    };
    let noisy: Vec<String> = (0..80u64)
        .map(|pair| {
            let text = noise(pair + 1);
            let title = format!("Number {pair}");
            json_line(&format!("a{pair}"), &title, &text)
                + &json_line(&format!("b{pair}"), &title, &text)
        })
        .collect();
    folder.write("dump.jsonl", records + &noisy.concat());
    for size in ["600K", "1M", "30M"] {
        let page = report(&folder, &["--max-size", size]);
        let most = size[..size.len() - 1].parse::<usize>().expect("a number");
        let unit = if size.ends_with('K') {
            1_000
        } else {
            1_000_000
        };
        assert!(page.len() <= most * unit, "{size}: {}", page.len());
        let is_whole = page.contains("All texts are in this page.");
        assert_eq!(is_whole, size == "30M", "{size}");
        assert_eq!(page.contains("the first 300 characters"), !is_whole);
        // Nearly all that may be taken is taken.
        assert!(
            is_whole || page.len() * 10 >= most * unit * 8,
            "{size}: {}",
            page.len()
        );
    }
    let message = folder.run(&[
        "report",
        "c.csv",
        "--input",
        "dump.jsonl",
        "--max-size",
        "100K",
    ]);
    assert_eq!(message.status, Some(2));
    insta::assert_snapshot!(message.err, @r"
    samestory: max_size is 100000: it must be at least 524288 bytes
    ");
}

#[test]
fn a_table_that_is_not_of_the_inputs_is_told_with_what_to_do() {
    let folder = Folder::with("dump.jsonl", small_dump());
    folder.run(&["cluster", "dump.jsonl", "-o", "c.csv"]).done();
    folder.write("other.jsonl", json_line("x", "Ferry", PUFFINS));
    let shorter: String = small_dump()
        .lines()
        .take(4)
        .map(|line| format!("{line}\n"))
        .collect();
    folder.write("in/dump.jsonl", shorter);
    folder.write("bad.csv", "id,cluster\na,1\n");
    let changed = small_dump().replace("Puffins", "Gulls");
    let call = |table: &str, input: &str| {
        folder
            .run(&["report", table, "--input", input, "-o", "r.html"])
            .failed()
    };
    let mut messages = vec![
        call("bad.csv", "dump.jsonl"),
        call("c.csv", "other.jsonl"),
        call("missing.csv", "dump.jsonl"),
    ];
    let text = folder.text("c.csv");
    folder.write(
        "short.csv",
        text.lines()
            .take(5)
            .map(|line| format!("{line}\n"))
            .collect::<String>(),
    );
    messages.push(call("short.csv", "dump.jsonl"));
    folder.write("dump.jsonl", folder.bytes("in/dump.jsonl"));
    messages.push(call("c.csv", "dump.jsonl"));
    folder.write("dump.jsonl", changed);
    messages.push(call("c.csv", "dump.jsonl"));
    insta::assert_snapshot!(messages.concat());
    assert!(!folder.files().contains(&"r.html".to_owned()));
    let both = folder
        .run(&["report", "c.csv", "--input", "dump.jsonl", "-o", "c.csv"])
        .failed();
    assert!(both.contains("it is one of the inputs"), "{both}");
}

#[test]
fn nothing_that_an_article_says_becomes_part_of_the_page() {
    let text = format!("{EVIL} {FERRY} {EVIL}");
    let record = |id: &str| json!({ "id": format!("{EVIL} {id}"), "title": EVIL, "text": text, "source": EVIL, "date": "2024-03-12" });
    let folder = Folder::with("dump.jsonl", format!("{}\n{}\n", record("1"), record("2")));
    let page = report(&folder, &[]);
    assert!(!page.contains("evil.example/')</script>"));
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("<script").count(), 3);
    assert!(page.contains("default-src 'none'"));
    let policy = page.find("Content-Security-Policy").expect("there is one");
    assert!(policy < page.find("<style").expect("there is one"));
    assert_eq!(unpacked(&page, "index")["titles"][0], EVIL);
}

#[test]
fn texts_of_any_length_are_shown_as_far_as_one_reads() {
    let long = format!("{FERRY}\n").repeat(10_000_000 / FERRY.len());
    let dump = json_line("a", "Ferry", &long) + &json_line("b", &"Ferry".repeat(10_000), &long);
    let folder = Folder::with("dump.jsonl", dump);
    let quick = ["--copies-only", "--keep-furniture", "-o", "c.csv"];
    folder
        .run(&[&["cluster", "dump.jsonl"], &quick[..]].concat())
        .done();
    let page = report(&folder, &["--keep-furniture"]);
    let texts = unpacked(&page, "b0");
    assert_eq!(texts[0][0].as_str().map(str::len), Some(100_000));
    assert_eq!(texts[0][1], 0);
    assert_eq!(texts[1], json!([100_000, 0]));
}

#[test]
fn forms_and_notices_are_listed_with_the_largest_first() {
    let folder = kinds_shown::folder_with(&kinds_shown::crawl(), kinds_shown::KINDS);
    let page = report(&folder, &[]);
    assert!(page.contains("<span>Forms and notices</span>"));
    assert!(page.contains("2 notices, 3 items of forms"));
    let index = unpacked(&page, "index");
    let forms = index["forms"].as_array().expect("it is a list");
    let facts = |it: &Value| json!([it["kind"], it["records"], it["sources"], it["begins"]]);
    let facts: Vec<Value> = forms.iter().map(facts).collect();
    // A notice says what it is by its text; what it is shown instead of gives it its titles.
    let begins = "Before you go on, say what may be stored.";
    assert_eq!(
        facts,
        [json!(["form", 3, 1, ""]), json!(["notice", 2, 1, begins])]
    );
    let ids = |it: &Value| -> Vec<Value> {
        let items = it["items"].as_array().expect("it is a list").iter();
        let at = items.map(|at| at.as_u64().expect("it is a number") as usize);
        at.map(|at| index["ids"][at].clone()).collect()
    };
    assert_eq!(ids(&forms[0]), ["draw-1", "draw-2", "draw-3"]);
    let kinds = index["kinds"].as_str().expect("it is a text");
    let shown = ["a", "f", "n", "e"].map(|kind| kinds.matches(kind).count());
    assert_eq!(shown, [2, 3, 2, 0]);
    // Without any, nothing is said of them.
    folder.run(&["cluster", "dump.jsonl", "-o", "c.csv"]).done();
    let table = folder
        .text("c.csv")
        .replace(",notice,", ",article,")
        .replace(",form,", ",article,");
    folder.write("c.csv", table);
    assert!(unpacked(&report(&folder, &[]), "index")["kinds"].is_string());
}

#[test]
fn a_page_with_many_forms_is_no_larger_than_it_may_be() {
    let ids: Vec<(String, String)> = (0..520)
        .map(|item| (format!("one-{item}"), "one-0".to_owned()))
        .chain((0..1_200).map(|item| (format!("many-{item}"), format!("many-{}", item / 2 * 2))))
        .collect();
    let record = |(at, (id, _)): (usize, &(String, String))| {
        // Titles that do not compress make a list that has no room.
        let odd: String = (0..40u64)
            .map(|word| {
                format!(
                    " {:x}",
                    (at as u64 * 40 + word + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                )
            })
            .collect();
        json_line(
            id,
            &format!("Title{odd}"),
            &format!("The draw {at} gave {}.", at * 7),
        )
    };
    let dump: String = ids.iter().enumerate().map(record).collect();
    let told: Vec<(&str, &str, &str)> = ids
        .iter()
        .map(|(id, form)| (&**id, "form", &**form))
        .collect();
    let folder = kinds_shown::folder_with(&dump, &told);
    let page = report(&folder, &["--max-size", "530K"]);
    assert!(page.len() <= 530_000, "{}", page.len());
    assert!(
        page.contains("of 601 forms and notices the "),
        "not all fit"
    );
    let page = report(&folder, &[]);
    let index = unpacked(&page, "index");
    assert_eq!(index["forms"].as_array().map(Vec::len), Some(601));
    assert_eq!(index["forms"][0]["records"], 520);
    assert_eq!(
        index["forms"][0]["items"].as_array().map(Vec::len),
        Some(500)
    );
    assert!(page.contains("All texts are in this page."));
}

#[test]
fn a_page_can_be_written_compressed_or_to_standard_output() {
    let folder = Folder::with("dump.jsonl.gz", gzip(small_dump()));
    folder
        .run(&["cluster", "dump.jsonl.gz", "-o", "c.csv"])
        .done();
    let call = ["report", "c.csv", "--input", "dump.jsonl.gz", "-q"];
    let out = folder.run(&call).done();
    assert!(out.starts_with("<!DOCTYPE html>"));
    folder
        .run(&[&call[..], &["-o", "r.html.gz"]].concat())
        .done();
    assert!(crate::command::gunzip(&folder.bytes("r.html.gz")) == out);
}

/// Says what a page is asked for: `list` what is listed, `open` what is opened.
const STATE: &str = "({ list: [...document.querySelectorAll('#list .title')].map((it) => it.textContent), \
    open: document.querySelectorAll('[aria-expanded=true]').length, status: document.getElementById('status').textContent })";

#[test]
fn a_browser_opens_the_page_searches_and_unfolds_it_without_a_network() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("not tried: there is no Chromium");
        return;
    };
    let odd = [("odd-1", FERRY), ("odd-2", FERRY)].map(|(id, text)| {
        let rtl = "\u{202e}עברית";
        json!({ "id": id, "title": format!("{EVIL} {rtl}"), "text": format!("{rtl} {EVIL}\n{text}"), "source": EVIL })
    });
    let odd = odd.map(|record| format!("{record}\n").replace("odd-2\"", "odd-2\\ud800\""));
    let folder = Folder::with("in/odd.jsonl", odd.concat());
    folder.write("in/wire.jsonl", wire(2).to_jsonl());
    folder.run(&["cluster", "in", "-o", "c.csv"]).done();
    folder
        .run(&["report", "c.csv", "--input", "in", "-o", "r.html"])
        .done();

    browser.open(&folder.path("r.html"), (1280, 900), "#list > li");
    let listed = browser.value(STATE);
    assert_eq!(listed["open"], 0);
    // By keyboard alone: to the search, which finds the odd articles by an accent-less word.
    browser.value("document.getElementById('search').focus()");
    browser.write("EVIL.example odd");
    let found = browser.value(STATE);
    assert!(
        found["status"]
            .as_str()
            .is_some_and(|it| it.starts_with("1 of ")),
        "{found}"
    );
    assert!(
        found["list"][0]
            .as_str()
            .is_some_and(|it| it.contains("<img src=x onerror")),
        "{found}"
    );
    for _ in 0..30 {
        browser.press("Tab", 9);
        if browser.value("document.activeElement.className") == json!("open") {
            break;
        }
    }
    browser.press("Enter", 13);
    browser.wait_for(".panel .text");
    assert_eq!(browser.value(STATE)["open"], 1);
    let text = browser.value("document.querySelector('.panel .text').textContent");
    assert!(
        text.as_str()
            .is_some_and(|it| it.contains(FERRY) && it.contains("</script>")),
        "{text}"
    );

    // All differences of a copy, and nothing but them, are marked.
    browser.value("(() => { const s = document.getElementById('search'); s.value = ''; s.dispatchEvent(new Event('input')); })()");
    let marked = browser.value(
        "(async () => { for (const it of document.querySelectorAll('.open')) it.click(); \
         await new Promise((done) => setTimeout(done, 500)); \
         const count = (what) => document.querySelectorAll('.text ' + what).length; \
         return [count('ins') > 0, count('del') > 0, count('.furniture') > 0, count(':is(img, script, a)')]; })()",
    );
    assert_eq!(marked, json!([true, true, true, 0]));
    let copies = browser.value(
        "(() => { document.querySelector('[value=copies]').click(); return document.getElementById('status').textContent; })()",
    );
    assert!(
        copies
            .as_str()
            .is_some_and(|it| it.ends_with("copy groups")),
        "{copies}"
    );

    // On a phone nothing stands beyond the edge.
    browser.open(&folder.path("r.html"), (390, 844), "#list > li");
    let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.value(beyond), json!(0));
    assert_eq!(browser.requests, [""; 0]);
    assert_eq!(browser.complaints, [""; 0]);
}

#[test]
fn a_browser_unfolds_forms_and_notices() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("not tried: there is no Chromium");
        return;
    };
    let folder = kinds_shown::folder_with(&kinds_shown::crawl(), kinds_shown::KINDS);
    report(&folder, &[]);
    for size in [(1280, 900), (390, 844)] {
        browser.open(&folder.path("r.html"), size, "#list > li");
        browser.value("document.querySelector('[value=forms]').click()");
        let listed = browser.value(STATE);
        assert_eq!(listed["status"], "2 forms and notices");
        assert_eq!(
            listed["list"],
            json!(["About draw-1", "Before you go on, say what may be stored."])
        );
        browser.value("document.querySelectorAll('.open')[1].click()");
        browser.wait_for(".panel .text");
        let texts = browser
            .value("[...document.querySelectorAll('.panel .text')].map((it) => it.textContent)");
        let begins = [
            "Before you go on, say what may be stored.",
            "Before you read on, say what may be stored here.",
        ];
        assert_eq!(texts, json!(begins));
        let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.value(beyond), json!(0));
    }
    // They are found by what they say, and by the titles that they stand under.
    for (words, number) in [("stored", 1), ("draw-3", 1), ("about", 2), ("puffins", 0)] {
        let search = format!(
            "(() => {{ const s = document.getElementById('search'); s.value = '{words}'; s.dispatchEvent(new Event('input')); }})()"
        );
        browser.value(&search);
        let found = browser.value(STATE)["list"].as_array().map(Vec::len);
        assert_eq!(found, Some(number), "{words}");
    }
    assert_eq!(browser.requests, [""; 0]);
    assert_eq!(browser.complaints, [""; 0]);
}
