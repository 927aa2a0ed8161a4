//! Names and texts of any bytes: names are read and written, and nothing has a terminal do anything.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, json_line, rows, small_dump};

fn named(folder: &Folder, name: &[u8], text: &str) {
    let path = folder.path("in");
    fs::create_dir_all(&path).expect("folders can be made");
    fs::write(path.join(OsStr::from_bytes(name)), text).expect("any name will do");
}

/// Three shards whose names differ in a byte that is not UTF-8.
fn odd_shards() -> Folder {
    let folder = Folder::new();
    named(&folder, b"caf\xe8.jsonl", &json_line("1", "a", FERRY));
    named(&folder, b"caf\xe9.jsonl", &json_line("2", "b", BRIDGE));
    named(&folder, b"caf\xea.jsonl", &json_line("3", "c", PUFFINS));
    folder
}

#[test]
fn names_that_are_not_utf_8_are_read_and_told_apart() {
    let folder = odd_shards();
    for input in ["in", "in/*.jsonl", "in/caf?.jsonl"] {
        let table = rows(&folder.run(&["cluster", input]).done());
        let inputs: Vec<&str> = table[1..].iter().map(|row| row[11].as_str()).collect();
        let expected = [
            "in/caf\\xe8.jsonl",
            "in/caf\\xe9.jsonl",
            "in/caf\\xea.jsonl",
        ];
        assert_eq!(inputs, expected, "{input}");
    }
}

#[test]
fn shards_whose_names_are_not_utf_8_are_written_each_by_itself() {
    let folder = odd_shards();
    folder.run(&["cluster", "in", "-o", "c.csv"]).done();
    for (out, more) in [("out", &[][..]), ("again", &["--clusters", "c.csv"])] {
        folder
            .run(&[&["dedup", "in", "-o", &format!("{out}/")], more].concat())
            .done();
        for (byte, text) in [(0xe8, FERRY), (0xe9, BRIDGE), (0xea, PUFFINS)] {
            let name = [b"caf", &[byte][..], b".jsonl"].concat();
            let path = folder.path(out).join(OsStr::from_bytes(&name));
            let written = fs::read_to_string(path).expect("it is there");
            assert!(written.contains(text), "{written}");
        }
    }
    let again = folder.run(&["dedup", "in", "-o", "out/", "--overwrite"]);
    again.done();
}

#[test]
fn outputs_may_have_any_name() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let name = OsStr::from_bytes(b"caf\xe9.csv");
    let ran = folder
        .command(&["cluster", "dump.jsonl", "-o"])
        .arg(name)
        .output()
        .expect("the program starts");
    assert!(ran.status.success());
    assert!(folder.path("").join(Path::new(name)).exists());
    let message = folder
        .command(&["report", "--input", "dump.jsonl", "-o"])
        .args([name, name])
        .output()
        .expect("the program starts");
    let message = String::from_utf8(message.stderr).expect("messages are UTF-8");
    assert!(
        message.contains("caf\\xe9.csv: it is one of the inputs"),
        "{message}"
    );
}

/// Colours, a bell, a title for the window, letters that turn the writing around.
const HOSTILE: &str =
    "\u{1b}[31mred\u{1b}]0;mine\u{7} \u{9b}2J \u{202e}txet\u{202c} \u{2066}x\u{2069} \u{200f}";

fn is_raw(text: &str) -> bool {
    let is_raw = |c: char| {
        let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        is_bidi || (c.is_control() && c != '\n')
    };
    text.chars().any(is_raw)
}

#[test]
fn nothing_that_an_article_says_reaches_a_terminal_raw() {
    let title = format!("Ferry {HOSTILE}");
    let longer = format!("{FERRY} {HOSTILE} and more.");
    let id = format!("id{HOSTILE}");
    let dump = [
        json_line(&id, &title, FERRY),
        json_line("b", &title, &longer),
        json_line("c", &title, &longer.replace("Friday", "Sunday")),
        format!("broken {HOSTILE}\n"),
    ];
    let folder = Folder::with("dump.jsonl", dump.concat());
    let ran = folder.run(&["cluster", "dump.jsonl", "-o", "c.csv", "--verbose"]);
    assert!(!is_raw(&ran.err), "{:?}", ran.err);
    let ask = |more: &[&str]| {
        let call = [&["explain", &id, "b", "--input", "dump.jsonl"], more].concat();
        let ran = folder.run(&call);
        assert!(!is_raw(&ran.err) && !is_raw(&ran.out), "{:?}", ran.out);
        ran.done()
    };
    assert!(ask(&[]).contains("\\u{1b}[31mred"));
    let json: serde_json::Value = serde_json::from_str(&ask(&["--json"])).expect("it is JSON");
    assert_eq!(json["a"]["id"], id);
    let unknown = folder.run(&["explain", HOSTILE, "b", "--input", "dump.jsonl"]);
    assert!(!is_raw(&unknown.err), "{:?}", unknown.err);
    folder.write("gold.csv", format!("id,cluster\n\"{id}\",1\nb,1\nc,2\n"));
    let judged = folder.run(&["eval", "c.csv", "gold.csv"]);
    assert!(!is_raw(&judged.out) && !is_raw(&judged.err));
    let tuned = folder.run(&["tune", "dump.jsonl"]);
    assert!(!is_raw(&tuned.out) && !is_raw(&tuned.err));
}

/// A hundred strings that break out of something: an attribute, a script, a comment, a style, JSON, a text.
fn hostile() -> Vec<String> {
    let outs = [
        "",
        "\"",
        "'",
        "`",
        "-->",
        "]]>",
        "</script>",
        "</style>",
        "</title>",
        "\\u003c",
        "\u{0}",
        "\u{202e}",
        "&lt;",
    ];
    let ins = [
        "<script>window.got=1</script>",
        "<img src=x onerror=window.got=1>",
        "<svg/onload=window.got=1>",
        "<iframe srcdoc='<script>top.got=1</script>'>",
        "<a href=javascript:window.got=1 autofocus onfocus=window.got=1>x</a>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "${window.got=1}{{constructor.constructor('window.got=1')()}}",
    ];
    let all = outs
        .iter()
        .flat_map(|out| ins.iter().map(move |within| format!("{out}{within}")));
    all.take(100).collect()
}

#[test]
fn a_report_and_a_feed_are_proof_against_a_hundred_hostile_strings() {
    let texts = [FERRY, BRIDGE, PUFFINS];
    let folder = Folder::new();
    for (at, evil) in hostile().iter().enumerate() {
        let record = serde_json::json!({
            "id": format!("{evil}{at}"), "title": format!("{evil} {at}"), "source": evil, "lang": evil, "url": evil,
            "text": format!("{evil} {} {evil}", texts[at % 3]), "date": "2024-03-12",
        });
        // A name of a file takes no slash and no zero.
        let name = format!("in/{at} {}.jsonl", evil.replace(['/', '\0'], "_"));
        folder.write(&name, format!("{record}\n"));
    }
    folder.run(&["cluster", "in", "-o", "c.csv"]).done();
    folder.run(&["cluster", "in", "-o", "stories.atom"]).done();
    let feed = folder.text("stories.atom");
    let mut reader = quick_xml::Reader::from_str(&feed);
    loop {
        match reader.read_event().expect("it is XML") {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) => {
                let name: String = tag.name().as_ref().to_owned();
                assert!(
                    !["script", "img", "iframe", "svg"].contains(&name.as_str()),
                    "{name}"
                );
            }
            _ => {}
        }
    }
    folder
        .run(&["report", "c.csv", "--input", "in", "-o", "r.html"])
        .done();
    let page = folder.text("r.html");
    assert_eq!(page.matches("<script").count(), 3);
    assert!(!page.contains("<img") && !page.contains("<iframe") && !page.contains("<svg/"));
    let Some(mut browser) = crate::browser::Browser::start() else {
        eprintln!("not opened: there is no Chromium");
        return;
    };
    browser.open(&folder.path("r.html"), (1280, 900), "#list > li");
    let got = browser.value(
        "(async () => { for (const it of document.querySelectorAll('.open')) it.click(); \
         await new Promise((done) => setTimeout(done, 1000)); \
         return [String(window.got), document.querySelectorAll('img, iframe, object, embed').length, \
         document.scripts.length]; })()",
    );
    assert_eq!(got, serde_json::json!(["undefined", 0, 3]));
    assert_eq!(browser.requests, [""; 0]);
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_harmless_where_that_is_asked() {
    let titles = ["=1+1", "+1", "-1", "@x", "\tx", "plain", "'=quoted"];
    let texts = [FERRY, BRIDGE, PUFFINS];
    let dump: String = (titles.iter().enumerate())
        .map(|(at, title)| json_line(&format!("={at}"), title, &format!("{at} {}", texts[at % 3])))
        .collect();
    let folder = Folder::with("-.jsonl", &dump);
    let call = ["cluster", "./-.jsonl", "-o", "c.csv", "--pairs", "p.csv"];
    folder.run(&call).done();
    let plain = rows(&folder.text("c.csv"));
    let told: Vec<&str> = plain[1..].iter().map(|row| row[8].as_str()).collect();
    assert_eq!(told, titles);
    folder.run(&[&call[..], &["--csv-safe"]].concat()).done();
    let safe = rows(&folder.text("c.csv"));
    let told: Vec<&str> = safe[1..].iter().map(|row| row[8].as_str()).collect();
    let expected = ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain", "'=quoted"];
    assert_eq!(told, expected);
    assert!(safe[1..].iter().all(|row| row[0].starts_with("'=")));
    // What is so written is still believed.
    folder
        .run(&[
            "dedup",
            "./-.jsonl",
            "--clusters",
            "c.csv",
            "-o",
            "kept.jsonl",
        ])
        .done();
    folder
        .run(&["report", "c.csv", "--input", "./-.jsonl", "-o", "r.html"])
        .done();
}
