//! Files on the web, from servers that do everything wrong.

use std::time::{Duration, Instant};

use crate::command::{FERRY, Folder, PUFFINS, small_dump};
use crate::corpora::wire;

use super::run;
use super::server::{Fault, Server};

/// Two megabytes of news.
fn dump() -> Vec<u8> {
    let once = wire(1).to_jsonl();
    let times = (2 << 20) / once.len() + 1;
    once.repeat(times).into_bytes()
}

/// What a run on files of this machine writes, and what one on the same files elsewhere does; names of inputs apart.
fn both(folder: &Folder, name: &str, server: &Server) -> (String, String) {
    let url = server.url(name);
    let call = |input: &str, output: &str| {
        let call = ["cluster", input, "-o", output, "--copies-only", "--quiet"];
        run(folder, &[], &call).done();
        folder.text(output)
    };
    let here = format!("{name}.csv");
    let here = match folder.path(&here).exists() {
        true => folder.text(&here),
        false => call(name, &here),
    };
    (here, call(&url, "there.csv").replace(&url, name))
}

#[test]
fn what_servers_do_wrong_changes_no_byte_of_an_output() {
    let bytes = dump();
    let folder = Folder::with("dump.jsonl", &bytes);
    for fault in [
        Fault::None,
        Fault::Cut(2),
        Fault::Later(4),
        Fault::NoParts,
        Fault::NoLength,
        Fault::NoPartsCut,
        Fault::Slow,
        Fault::Short,
    ] {
        let server = Server::start(&[("dump.jsonl", bytes.clone())], fault);
        let (here, there) = both(&folder, "dump.jsonl", &server);
        assert!(here == there, "{fault:?}");
    }
}

#[test]
fn each_byte_is_fetched_once() {
    let bytes = dump();
    let folder = Folder::with("dump.jsonl", &bytes);
    let server = Server::start(&[("dump.jsonl", bytes.clone())], Fault::None);
    let ran = run(
        &folder,
        &[],
        &["cluster", &server.url("dump.jsonl"), "-o", "c.csv"],
    );
    assert!(ran.err.contains("fetched     2."), "{}", ran.err);
    ran.done();
    // And one byte to learn what there is.
    assert_eq!(server.sent(), bytes.len() + 1);
}

#[test]
fn whatever_is_read_here_is_read_elsewhere() {
    let folder = Folder::with("dump.jsonl", wire(1).to_jsonl());
    let mut names = vec!["dump.jsonl", "kept.csv", "kept.jsonl.gz"];
    if cfg!(feature = "parquet") {
        names.push("kept.parquet");
    }
    for name in &names[1..] {
        run(&folder, &[], &["dedup", "dump.jsonl", "-o", name]).done();
    }
    for (name, bytes) in [
        (
            "nela.sqlite",
            &include_bytes!("../fixtures/nela.sqlite")[..],
        ),
        ("lz4.feather", include_bytes!("../fixtures/lz4.feather")),
    ] {
        folder.write(name, bytes);
        names.push(name);
    }
    folder.write("more.jsonl", small_dump());
    let tar = std::process::Command::new("tar")
        .args(["cf", "all.tar", "dump.jsonl", "more.jsonl"])
        .current_dir(folder.path(""))
        .status();
    if tar.is_ok_and(|status| status.success()) {
        names.push("all.tar");
    }
    for name in names {
        let server = Server::start(&[(name, folder.bytes(name))], Fault::Cut(3));
        let (here, there) = both(&folder, name, &server);
        assert!(here == there, "{name}");
        let is_lines = ["tar", "sqlite", "feather"]
            .iter()
            .any(|it| name.ends_with(it));
        let kept = if is_lines { "kept.jsonl" } else { name };
        let dedup = |input: &str, to: &str| {
            run(
                &folder,
                &[],
                &["dedup", input, "-o", &format!("{to}-{kept}")],
            )
            .done();
            folder.bytes(&format!("{to}-{kept}"))
        };
        let one = dedup(name, "here");
        assert!(one == dedup(&server.url(name), "there"), "{name}");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn of_parquet_only_what_is_read_comes() {
    use crate::columnar::{file, texts};
    // A column that nobody reads, beside the texts.
    let mut seed = 1u64;
    let mut letter = || {
        // No compression makes these smaller by much.
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        char::from(b'!' + ((seed >> 33) % 90) as u8)
    };
    let blob: String = (0..1 << 21).map(|_| letter()).collect();
    let group = |at: usize| {
        let text = [FERRY, PUFFINS][at % 2];
        vec![texts(&[text]).all(), texts(&[&blob]).all()]
    };
    let schema =
        "message rows { required binary text (UTF8); required binary blob_of_bytes (UTF8); }";
    let bytes = file(schema, (0..4).map(group).collect());
    let folder = Folder::new();
    let server = Server::start(&[("all.parquet", bytes.clone())], Fault::None);
    run(
        &folder,
        &[],
        &["cluster", &server.url("all.parquet"), "-o", "c.csv"],
    )
    .done();
    let sent = server.sent();
    assert!(sent < bytes.len() / 2, "{sent} of {}", bytes.len());
}

#[test]
fn what_cannot_be_read_is_told_with_what_to_do() {
    let folder = Folder::new();
    let files = [("dump.jsonl", dump())];
    let told = |fault, name: &str| {
        let server = Server::start(&files, fault);
        let call = ["cluster", &server.url(name), "-o", "c.csv"];
        let ran = run(&folder, &[], &call);
        let message = ran.failed();
        assert_eq!(folder.files(), [""; 0], "{message}");
        message.replace(&server.address.to_string(), "HOST")
    };
    let all = [
        told(Fault::None, "gone.jsonl"),
        told(Fault::Denied, "dump.jsonl?key=abcdefghijklmnopqrstuvwxyz"),
        told(Fault::Changes(3), "dump.jsonl"),
    ];
    insta::assert_snapshot!(all.concat());
}

#[test]
fn what_fails_again_and_again_ends_with_an_error() {
    let folder = Folder::new();
    let files = [("dump.jsonl", dump())];
    let told = |fault| {
        let server = Server::start(&files, fault);
        let call = ["cluster", &server.url("dump.jsonl"), "-o", "c.csv"];
        let message = run(&folder, &[], &call).failed();
        message.replace(&server.address.to_string(), "HOST")
    };
    let later = std::thread::scope(|scope| {
        let nobody = scope.spawn(|| {
            let call = ["cluster", "http://127.0.0.1:9/dump.jsonl", "-o", "d.csv"];
            run(&folder, &[], &call).failed()
        });
        let cut = scope.spawn(|| told(Fault::CutAll));
        let later = told(Fault::AlwaysLater);
        let cut = cut.join().expect("it ends");
        [later, cut, nobody.join().expect("it ends")].concat()
    });
    insta::assert_snapshot!(later);
    assert_eq!(folder.files(), [""; 0]);
}

#[test]
fn whoever_waits_for_a_server_is_stopped_within_a_second() {
    let folder = Folder::new();
    let server = Server::start(&[("dump.jsonl", dump())], Fault::AlwaysLater);
    let url = server.url("dump.jsonl");
    let mut child = folder
        .command(&["cluster", &url, "-o", "c.csv"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_secs(2));
    let sent = Instant::now();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.is_ok_and(|status| status.success()));
    assert_eq!(crate::outputs::ended(&mut child), Some(130));
    // A second of the program's own, on a machine with other work.
    assert!(
        sent.elapsed() < Duration::from_secs(5),
        "{:?}",
        sent.elapsed()
    );
}

#[test]
fn nothing_is_written_to_the_web() {
    let folder = Folder::with("dump.jsonl", small_dump());
    let call = ["cluster", "dump.jsonl", "-o", "http://127.0.0.1:9/c.csv"];
    insta::assert_snapshot!(run(&folder, &[], &call).failed(), @"samestory: http://127.0.0.1:9/c.csv: nothing can be written there; name a file, or an object in a bucket");
    let call = [
        "cluster",
        "dump.jsonl",
        "--state",
        "s3://bucket/kept",
        "-o",
        "c.csv",
    ];
    insta::assert_snapshot!(run(&folder, &[], &call).failed(), @"samestory: s3://bucket/kept: a folder that is read again is made on this machine only");
    let call = ["cluster", "ftp://127.0.0.1/dump.jsonl"];
    insta::assert_snapshot!(run(&folder, &[], &call).failed(), @"samestory: ftp://127.0.0.1/dump.jsonl: an address of no kind that is known; fetch it first, or pipe it in as -");
    assert_eq!(folder.files(), ["dump.jsonl"]);
}
