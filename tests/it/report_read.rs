//! Whoever reads a report finds what they look for: by link, by filter, in order of time, version by version.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::command::{BRIDGE, FERRY, Folder};

/// A story of three articles, of which two are versions of one page, and copies in another language.
fn folder() -> Folder {
    let german = "Die Fähre zu den nördlichen Inseln fährt nicht vor Montag, sagte der Hafenmeister am späten Abend, weil der \
        Sturm die Mole beschädigt hat und zwei der Maschinen stehen.";
    let record = |id: &str, source: &str, day: u32, url: &str, text: &str| {
        let record = json!({"id": id, "source": source, "date": format!("2021-03-{day:02}T10:00:00Z"), "url": url,
            "title": format!("Title of {id}"), "text": text});
        format!("{record}\n")
    };
    let page = "https://www.courier.example/ferry";
    let update = format!("{FERRY} Nobody was hurt.");
    let lines = [
        record("a/1", "courier.example", 3, page, FERRY),
        record("a/2", "courier.example", 4, page, &update),
        record("wire", "wire.example", 2, "https://wire.example/1", FERRY),
        record("d1", "blatt.example", 5, "javascript:alert(1)", german),
        record("d2", "zeitung.example", 6, "", german),
        record("alone", "x.example", 7, "", BRIDGE),
    ];
    let folder = Folder::with("in/dump.jsonl", lines.concat());
    folder.run(&["cluster", "in", "-o", "c.csv"]).done();
    let call = [
        "report",
        "c.csv",
        "--input",
        "in",
        "-o",
        "r.html",
        "--title",
        "Ferries & <more>",
    ];
    folder.run(&call).done();
    folder
}

const LISTED: &str =
    "[...document.querySelectorAll('#list .open .title')].map((it) => it.textContent)";

/// Sets a field as somebody who types does.
fn set(browser: &mut Browser, id: &str, value: &str) -> Value {
    browser.value(&format!(
        "(() => {{ const it = document.getElementById('{id}'); it.value = '{value}'; it.dispatchEvent(new Event('input')); \
         return {LISTED}; }})()"
    ))
}

#[test]
fn a_report_has_the_title_that_it_is_given() {
    let folder = folder();
    let page = folder.text("r.html");
    assert!(page.contains("<h1><bdi>Ferries &amp; &lt;more&gt;</bdi></h1>"));
    assert!(!page.contains("copies whom") && !page.contains("itself</"));
    folder
        .run(&["report", "c.csv", "--input", "in", "-o", "r.html"])
        .done();
    // Without one it is called by its file, and not by the way there.
    assert!(
        folder
            .text("r.html")
            .contains("<h1><bdi>dump.jsonl</bdi></h1>")
    );
}

#[test]
fn a_reader_follows_links_filters_and_sees_what_changed() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("not tried: there is no Chromium");
        return;
    };
    let folder = folder();
    browser.open(&folder.path("r.html"), (1280, 900), "#list > li");
    let all = json!(["Title of wire", "Title of d1"]);
    assert_eq!(browser.value(LISTED), all);
    assert_eq!(
        set(&mut browser, "source", "Zeitung"),
        json!(["Title of d1"])
    );
    assert_eq!(set(&mut browser, "source", ""), all);
    assert_eq!(
        set(&mut browser, "until", "2021-03-02"),
        json!(["Title of wire"])
    );
    assert_eq!(set(&mut browser, "until", ""), all);
    assert_eq!(
        set(&mut browser, "since", "2021-03-05"),
        json!(["Title of d1"])
    );
    set(&mut browser, "since", "");
    let german = browser.value(
        "[...document.getElementById('language').options].find((it) => it.textContent === 'German').value",
    );
    let german = german.as_str().expect("it is offered").to_owned();
    assert_eq!(
        set(&mut browser, "language", &german),
        json!(["Title of d1"])
    );

    // A link leads to an article, whatever was looked for before.
    browser.value("(() => { location.hash = '#article=a%2F2'; })()");
    browser.wait_for(".panel:not([hidden]) .times");
    let shown = browser.value(
        "(async () => { await new Promise((done) => setTimeout(done, 300)); \
         const panel = document.querySelector('.panel:not([hidden])'); \
         const times = panel.querySelector(':scope > .times'); times.open = true; \
         await new Promise((done) => setTimeout(done, 100)); \
         return { first: times.querySelector('summary').textContent, \
           order: [...times.querySelectorAll('li > bdi:not(.soft)')].map((it) => it.textContent), \
           has: [...panel.querySelectorAll('.articles .title')].map((it) => it.textContent), \
           places: [...panel.querySelectorAll('.place a:not(.link)')].map((it) => it.href), \
           isBelow: panel.querySelector('.text').nextElementSibling.className }; })()",
    );
    assert_eq!(
        shown,
        json!({
            "first": "First: wire.example, 2021-03-02 10:00. In order of time",
            "order": ["wire.example", "courier.example", "courier.example"],
            "has": ["Title of wire", "Title of a/1", "Title of a/2"],
            "places": ["https://wire.example/1", "https://www.courier.example/ferry", "https://www.courier.example/ferry"],
            "isBelow": "place",
        })
    );
    let versions = browser.value(
        "(async () => { const it = [...document.querySelectorAll('.panel .times')].find((it) => it.textContent.includes('versions')); \
         it.open = true; await new Promise((done) => setTimeout(done, 100)); \
         return [it.querySelector('summary').textContent, it.querySelector(':scope > ol summary').textContent, \
           [...it.querySelectorAll('ins')].map((it) => it.textContent)]; })()",
    );
    assert_eq!(
        versions,
        json!([
            "2 versions of one address: https://www.courier.example/ferry",
            "2021-03-04 10:00 3 words more, 0 fewer #",
            [" Nobody was hurt."]
        ])
    );
    // What is no address of the web is no link.
    browser.value("(() => { location.hash = '#story=d1'; })()");
    let links = browser.value(
        "(async () => { await new Promise((done) => setTimeout(done, 500)); \
         const open = document.querySelector('.panel:not([hidden])').parentElement; \
         return [open.querySelector('.title').textContent, open.querySelector('h3 .link').getAttribute('href'), \
           [...document.querySelectorAll('a')].filter((it) => it.protocol === 'javascript:').length]; })()",
    );
    assert_eq!(links, json!(["Title of d1", "#story=d1", 0]));
    browser.open(&folder.path("r.html"), (390, 844), "#list > li");
    let beyond = "(async () => { for (const it of document.querySelectorAll('.open')) it.click(); \
        await new Promise((done) => setTimeout(done, 300)); for (const it of document.querySelectorAll('details')) it.open = true; \
        await new Promise((done) => setTimeout(done, 300)); \
        return document.documentElement.scrollWidth - document.documentElement.clientWidth; })()";
    assert_eq!(browser.value(beyond), json!(0));
    assert_eq!(browser.requests, [""; 0]);
    assert_eq!(browser.complaints, [""; 0]);
}

#[test]
fn an_explanation_fits_a_phone_whatever_ids_are_like() {
    let Some(mut browser) = Browser::start() else {
        eprintln!("not tried: there is no Chromium");
        return;
    };
    let long = |tail: &str| {
        format!(
            "https://www.courier.example/{}/{tail}",
            "a-very-long-way-".repeat(12)
        )
    };
    let (a, b) = (long("a"), long("b"));
    let record = |id: &str, more: &str| {
        let record = json!({"id": id, "title": "W".repeat(80), "source": "s".repeat(90), "text": format!("{FERRY} {more}")});
        format!("{record}\n")
    };
    let folder = Folder::with(
        "a.jsonl",
        record(&a, "") + &record(&b, &"Unbreakable".repeat(20)),
    );
    folder
        .run(&["explain", &a, &b, "--input", "a.jsonl", "-o", "why.html"])
        .done();
    browser.open(&folder.path("why.html"), (390, 844), "h1");
    let beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.value(beyond), json!(0));
}
