//! Buckets of S3, by a server of the real protocol in Python (`moto`), which is installed below `target/` once.
//!
//! Where it cannot be had, the tests name themselves as skipped.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::command::{Folder, Ran, json_line, small_dump};
use crate::corpora::wire;

/// What is installed.
const WANTED: &str = "moto[server]==5.2.1";

/// What an object of somebody's is asked for with; the server checks no signature.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=invented/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";

/// A server of buckets that ends with the test.
struct Buckets {
    server: Child,
    address: SocketAddr,
}

impl Drop for Buckets {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Python with the server's packages.
fn python() -> Result<PathBuf, String> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = PYTHON.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("buckets");
        let (python, stamp) = (folder.join("bin/python"), folder.join("installed.txt"));
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == WANTED) {
            return Ok(python);
        }
        let run = |command: &mut Command| {
            let ran = command.stdin(Stdio::null()).output();
            let ran = ran.map_err(|error| error.to_string())?;
            let told = String::from_utf8_lossy(&ran.stderr);
            let last = told.lines().last().unwrap_or_default().to_owned();
            ran.status.success().then_some(()).ok_or(last)
        };
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder))?;
        let install = [
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            WANTED,
        ];
        run(Command::new(&python).args(install))?;
        fs::write(&stamp, WANTED).map_err(|error| error.to_string())?;
        Ok(python)
    });
    made.clone()
}

impl Buckets {
    /// Starts a server with one bucket, or says which test is skipped.
    fn start(test: &str) -> Option<Buckets> {
        match Buckets::try_start() {
            Ok(buckets) => Some(buckets),
            Err(why) => {
                let _ = writeln!(std::io::stderr(), "skipped: {test}: {why}");
                None
            }
        }
    }

    fn try_start() -> Result<Buckets, String> {
        let python = python()?;
        // Whichever port is free, and said on the first line.
        let program = "import sys\n\
            from moto.server import ThreadedMotoServer\n\
            server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)\n\
            server.start()\n\
            print(server.get_host_and_port()[1], flush=True)\n\
            sys.stdin.read()\n";
        let mut server = Command::new(python)
            .args(["-c", program])
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut line = String::new();
        let out = server.stdout.take().ok_or("it says nothing")?;
        let read = BufReader::new(out).read_line(&mut line);
        let port = read.ok().and_then(|_| line.trim().parse().ok());
        let Some(port) = port else {
            let _ = server.kill();
            let _ = server.wait();
            return Err("the server does not start".to_owned());
        };
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let buckets = Buckets { server, address };
        buckets.put("", b"");
        Ok(buckets)
    }

    /// Puts an object into the bucket; makes the bucket where there is no name.
    fn put(&self, key: &str, bytes: &[u8]) {
        let (status, _) = self.ask("PUT", &format!("/news/{key}"), bytes);
        assert_eq!(status, 200, "{key}");
    }

    fn bytes(&self, key: &str) -> Vec<u8> {
        let (status, bytes) = self.ask("GET", &format!("/news/{key}"), b"");
        assert_eq!(status, 200, "{key}");
        bytes
    }

    fn keys(&self) -> Vec<String> {
        let (_, listed) = self.ask("GET", "/news?list-type=2", b"");
        let listed = String::from_utf8(listed).expect("it is XML");
        let keys = listed.split("<Key>").skip(1);
        keys.filter_map(|rest| Some(rest.split_once("</Key>")?.0.to_owned()))
            .collect()
    }

    /// Uploads that were begun and neither completed nor given up.
    fn unfinished(&self) -> usize {
        let (_, listed) = self.ask("GET", "/news?uploads", b"");
        String::from_utf8_lossy(&listed)
            .matches("<UploadId>")
            .count()
    }

    fn ask(&self, method: &str, path: &str, bytes: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        let length = bytes.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: {SIGNED}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        stream.write_all(bytes).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|it| it == b"\r\n\r\n");
        let end = end.expect("there is a header");
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
        (
            status.expect("there is a status"),
            answer.split_off(end + 4),
        )
    }

    fn run(&self, folder: &Folder, arguments: &[&str]) -> Ran {
        run_at(self.address, folder, arguments)
    }
}

fn run_at(address: SocketAddr, folder: &Folder, arguments: &[&str]) -> Ran {
    let endpoint = format!("http://{address}");
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "invented"),
        ("AWS_SECRET_ACCESS_KEY", "invented"),
        ("AWS_REGION", "us-east-1"),
    ];
    super::run(folder, &variables, arguments)
}

/// A folder of three shards and two files that are none, here and in the bucket.
fn shards(buckets: &Buckets) -> Folder {
    let folder = Folder::new();
    let all: String = wire(1).to_jsonl().split_inclusive('\n').take(80).collect();
    let middle = all[..all.len() / 2].rfind('\n').map_or(0, |at| at + 1);
    let files = [
        ("in/a.jsonl", all.as_bytes()[..middle].to_vec()),
        ("in/b/c d.jsonl.gz", crate::command::gzip(&all[middle..])),
        (
            "in/z.jsonl",
            json_line("last", "Last", "It is the last one of them all.").into_bytes(),
        ),
        ("in/_SUCCESS", Vec::new()),
        ("in/.hidden.jsonl", all.as_bytes()[..middle].to_vec()),
    ];
    for (name, bytes) in files {
        folder.write(name, &bytes);
        buckets.put(&name.replace(' ', "%20"), &bytes);
    }
    folder
}

#[test]
fn a_bucket_is_read_and_written_like_a_folder() {
    let Some(buckets) = Buckets::start("a_bucket_is_read_and_written_like_a_folder") else {
        return;
    };
    let folder = shards(&buckets);
    for input in [
        "in",
        "in/",
        "in/*.jsonl",
        "in/**/*.jsonl*",
        "in/b/c d.jsonl.gz",
    ] {
        let call = [
            "cluster",
            input,
            "-o",
            "here.csv",
            "--pairs",
            "here-pairs.csv",
        ];
        folder.run(&call).done();
        let there = format!("s3://news/{input}");
        let call = [
            "cluster",
            &there,
            "-o",
            "s3://news/out/there.csv",
            "--pairs",
            "there.csv.gz",
        ];
        buckets.run(&folder, &call).done();
        let there = String::from_utf8(buckets.bytes("out/there.csv")).expect("it is UTF-8");
        assert!(
            there.replace("s3://news/", "") == folder.text("here.csv"),
            "{input}"
        );
        let pairs = crate::command::gunzip(&folder.bytes("there.csv.gz"));
        assert!(pairs == folder.text("here-pairs.csv"), "{input}");
    }
    folder.run(&["dedup", "in", "-o", "kept/"]).done();
    buckets
        .run(&folder, &["dedup", "s3://news/in", "-o", "s3://news/kept/"])
        .done();
    let is_kept = |name: &String| name.starts_with("kept/") && !name.contains("/.");
    let here: Vec<String> = folder.files().into_iter().filter(is_kept).collect();
    let there: Vec<String> = buckets.keys().into_iter().filter(is_kept).collect();
    assert_eq!(here, there);
    for name in here {
        let there = buckets.bytes(&name.replace(' ', "%20"));
        assert!(there == folder.bytes(&name), "{name}");
    }
    let again = buckets.run(&folder, &["dedup", "s3://news/in", "-o", "s3://news/kept/"]);
    insta::assert_snapshot!(again.failed(), @r"
    samestory: s3://news/kept/: it is not empty: kept/_SUCCESS is there
      name a folder that is empty, or not there yet
    ");
    assert_eq!(buckets.unfinished(), 0);
}

#[test]
fn a_bucket_that_cannot_be_used_is_told_with_what_to_do() {
    let Some(buckets) = Buckets::start("a_bucket_that_cannot_be_used_is_told_with_what_to_do")
    else {
        return;
    };
    let folder = Folder::with("dump.jsonl", small_dump() + "broken\n");
    let told = [
        buckets.run(&folder, &["cluster", "s3://news/gone.jsonl", "-o", "c.csv"]),
        buckets.run(
            &folder,
            &["cluster", "s3://news/gone/*.jsonl", "-o", "c.csv"],
        ),
        buckets.run(&folder, &["cluster", "s3://nobodys/a.jsonl", "-o", "c.csv"]),
        buckets.run(
            &folder,
            &["cluster", "dump.jsonl", "-o", "s3://nobodys/c.csv"],
        ),
        super::run(
            &folder,
            &[],
            &["cluster", "s3://news/a.jsonl", "-o", "c.csv"],
        ),
        super::run(
            &folder,
            &[],
            &["cluster", "gs://news/a.jsonl", "-o", "c.csv"],
        ),
        super::run(
            &folder,
            &[],
            &["cluster", "az://news/a.jsonl", "-o", "c.csv"],
        ),
    ];
    let told: Vec<String> = told.into_iter().map(Ran::failed).collect();
    insta::assert_snapshot!(told.concat());
    assert_eq!(folder.files(), ["dump.jsonl"]);
}

#[test]
fn a_run_that_fails_leaves_nothing_in_a_bucket_and_the_old_object_as_it_was() {
    let test = "a_run_that_fails_leaves_nothing_in_a_bucket_and_the_old_object_as_it_was";
    let Some(buckets) = Buckets::start(test) else {
        return;
    };
    buckets.put("c.csv", b"old");
    let folder = Folder::with("dump.jsonl", small_dump() + "broken\n");
    let call = ["cluster", "dump.jsonl", "-o", "s3://news/c.csv", "--strict"];
    buckets.run(&folder, &call).failed();
    assert_eq!(buckets.bytes("c.csv"), b"old");
    let call = [
        "cluster",
        "dump.jsonl",
        "-o",
        "s3://news/new.csv",
        "--pairs",
        "/dev/full",
    ];
    buckets.run(&folder, &call).failed();
    assert_eq!(buckets.keys(), ["c.csv"]);
    assert_eq!(buckets.unfinished(), 0);
    buckets.put("dump.jsonl", small_dump().as_bytes());
    let call = [
        "cluster",
        "s3://news/dump.jsonl",
        "-o",
        "s3://news/dump.jsonl",
    ];
    let message = buckets.run(&folder, &call).failed();
    assert!(message.contains("it is one of the inputs"), "{message}");
}

/// A road to a server on which connections break: each second one after so many bytes of an answer.
fn bad_road(to: SocketAddr, bytes: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has ports");
    let address = listener.local_addr().expect("it has an address");
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    std::thread::spawn(move || {
        for one in listener.incoming().flatten().take(2000) {
            let Ok(other) = TcpStream::connect(to) else {
                return;
            };
            let is_bad = NUMBER.fetch_add(1, Ordering::Relaxed) % 2 == 1;
            let most = if is_bad { bytes } else { 20 * bytes };
            let copy = |from: &TcpStream, to: &TcpStream, most: usize| {
                let from = from.try_clone().expect("it can be");
                let mut to = to.try_clone().expect("it can be");
                let _ = from.set_read_timeout(Some(Duration::from_secs(30)));
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from.take(most as u64), &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Both);
                })
            };
            copy(&one, &other, usize::MAX);
            copy(&other, &one, most);
        }
    });
    address
}

#[test]
fn connections_that_break_change_no_byte() {
    let Some(buckets) = Buckets::start("connections_that_break_change_no_byte") else {
        return;
    };
    let dump = wire(1).to_jsonl();
    let dump = dump.repeat((4 << 20) / dump.len());
    let folder = Folder::with("dump.jsonl", &dump);
    buckets.put("dump.jsonl", dump.as_bytes());
    folder
        .run(&["dedup", "dump.jsonl", "-o", "here.jsonl"])
        .done();
    let road = bad_road(buckets.address, 300_000);
    let call = [
        "dedup",
        "s3://news/dump.jsonl",
        "-o",
        "s3://news/there.jsonl",
    ];
    run_at(road, &folder, &call).done();
    assert!(buckets.bytes("there.jsonl") == folder.bytes("here.jsonl"));
}
