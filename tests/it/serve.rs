//! What the service promises: every route, every refusal, and that what it acknowledged is there whatever ends it.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::{BRIDGE, FERRY, Folder, PUFFINS, json_line, small_dump};

/// A service in a process of its own, which is killed when the test ends.
struct Service {
    child: Child,
    address: String,
    err: Option<BufReader<std::process::ChildStderr>>,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    fn start(folder: &Folder, more: &[&str], token: Option<&str>) -> Service {
        let call = [&["serve", "kept", "--listen", "127.0.0.1:0"], more].concat();
        let mut command = folder.command(&call);
        command.env_remove("SAMESTORY_TOKEN");
        if let Some(token) = token {
            command.env("SAMESTORY_TOKEN", token);
        }
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut err = BufReader::new(child.stderr.take().expect("it is a pipe"));
        let mut line = String::new();
        err.read_line(&mut line).expect("it says something");
        let address = line.trim().strip_prefix("listening   http://");
        let address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        let err = Some(err);
        Service {
            child,
            address,
            err,
        }
    }

    /// A service over an index with five articles.
    fn with_articles(folder: &Folder) -> Service {
        folder.run(&["index", "create", "kept"]).done();
        let service = Service::start(folder, &[], None);
        let taken = service.post("/v1/articles", &small_dump());
        assert_eq!(taken.status, 200, "{}", taken.body);
        service
    }

    fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "")
    }

    fn post(&self, path: &str, body: &str) -> Reply {
        self.ask("POST", path, &[], body)
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        ask(&self.address, method, path, headers, body).expect("it answers")
    }

    /// A request whose head is there, and which the service waits for the body of.
    fn begin(&self, path: &str, length: usize) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).expect("it says to go on");
        assert!(go_on.starts_with(b"HTTP/1.1 100"));
        stream
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.expect("it can be sent").success());
    }
}

#[derive(Debug)]
struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|line| line.0.eq_ignore_ascii_case(name))
            .map(|line| line.1)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    fn lines(&self) -> Vec<Value> {
        let line = |line: &str| serde_json::from_str(line).expect("a line is JSON");
        self.body.lines().map(line).collect()
    }
}

fn reply(mut stream: TcpStream) -> std::io::Result<Reply> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).expect("an answer is UTF-8");
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    if length.is_some_and(|length| length.parse() != Ok(body.len())) {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Reply {
        status: status.expect("an answer has a status"),
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

fn ask(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    let headers = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n",
        body.len(),
        headers.collect::<String>()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    reply(stream)
}

/// A text that has nothing in common with that of another number.
fn text(number: usize) -> String {
    let words = [
        "quay", "lorry", "beacon", "orchard", "granite", "parish", "ledger", "turnip",
    ];
    let mut state = number as u64 * 2 + 1;
    let mut word = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(number as u64);
        format!(
            "{}{}",
            words[(state >> 40) as usize % 8],
            (state >> 50) % 97
        )
    };
    let words: Vec<String> = (0..40).map(|_| word()).collect();
    words.join(" ")
}

#[test]
fn every_route_answers() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    let asked = [json_line("x", "No ferry", FERRY), "{broken\n".to_owned()].concat();
    let seen = service.post("/v1/seen", &asked).lines();
    assert_eq!(
        (&seen[0]["seen"], &seen[0]["group_key"]),
        (&"exact".into(), &"ferry".into())
    );
    assert_eq!(seen[1]["seen"], "rejected");
    let article = service.get("/v1/articles/longer").json();
    assert_eq!(article["group_key"], "ferry");
    assert!(
        article["text"]
            .as_str()
            .is_some_and(|text| text.starts_with(FERRY))
    );
    assert_eq!(article["ingest"], "http");
    let group = service.get("/v1/groups/ferry").json();
    assert_eq!(
        (&group["copies"], &group["articles"][0]["article_id"]),
        (&3.into(), &article["copy_id"])
    );
    let story = service.get("/v1/stories/ferry").json();
    assert_eq!(story["articles"].as_array().map(Vec::len), Some(3));
    assert_eq!(service.get("/v1/stories").lines().len(), 3);
    let page = service.get("/v1/stories?limit=2");
    assert_eq!(page.lines().len(), 2);
    let next = page.header("link").and_then(|link| link.strip_prefix('<'));
    let next = next
        .and_then(|link| link.split('>').next())
        .expect("there are more");
    assert_eq!(service.get(next).lines()[0]["story_id"], "puffins");
    let between = service.get("/v1/explain?a=ferry&b=longer").json();
    assert_eq!(
        (&between["decision"], &between["same_group"]),
        (&"near".into(), &true.into())
    );
    let changes = service.get("/v1/changes?after=0&limit=2").lines();
    let last = changes[1]["cursor"]
        .as_str()
        .expect("a change has a cursor");
    assert_eq!(changes.len(), 2);
    assert!(
        !service
            .get(&format!("/v1/changes?after={last}"))
            .lines()
            .is_empty()
    );
    for path in ["/healthz", "/readyz"] {
        assert_eq!(service.get(path).status, 200);
    }
    let metrics = service.get("/metrics").body;
    for sign in [
        "samestory_index_articles 5\n",
        "samestory_articles_added_total 5\n",
        "samestory_seen_total{answer=\"exact\"} 1\n",
        "samestory_requests_total{route=\"/v1/seen\",status=\"200\"} 1\n",
    ] {
        assert!(metrics.contains(sign), "{sign}{metrics}");
    }
    assert_eq!(service.get("/openapi.json").json()["openapi"], "3.1.0");
}

#[test]
fn what_is_taken_in_is_told_a_line_each_record() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    let sent = [
        json_line("puffins", "Puffins", PUFFINS),
        "[1, 2]\n".to_owned(),
        json_line("reprint", "The bridge", BRIDGE),
    ];
    let told = service
        .post("/v1/articles?name=tuesday", &sent.concat())
        .lines();
    let brief = |line: &Value| {
        (
            line["added"].as_bool(),
            line["record"].as_u64(),
            line["matched_id"].clone(),
        )
    };
    let brief: Vec<_> = told.iter().map(brief).collect();
    assert_eq!(
        brief,
        [
            (Some(false), Some(1), "puffins".into()),
            (Some(false), Some(2), Value::Null),
            (Some(true), Some(3), "bridge".into()),
        ]
    );
    assert!(told[1]["rejected"].is_string());
    assert_eq!(
        service.get("/v1/articles/reprint").json()["ingest"],
        "tuesday"
    );
}

#[test]
fn what_cannot_be_is_refused_and_says_why() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    let refusals = [
        ("GET", "/v1/articles/nobody", "", 404, "nobody"),
        ("GET", "/v1/groups/again", "", 404, "again"),
        ("GET", "/v1/stories/again", "", 404, "again"),
        ("GET", "/v1/explain?a=ferry&b=nobody", "", 404, "nobody"),
        ("GET", "/v1/explain?a=ferry", "", 400, "b"),
        ("GET", "/v1/stories?since=someday", "", 400, "someday"),
        ("GET", "/v1/stories?limit=0", "", 400, "limit"),
        ("GET", "/v1/stories?after=nobody", "", 404, "nobody"),
        ("GET", "/v1/changes?after=99.1", "", 400, "99.1"),
        ("GET", "/v1/changes?after=yesterday", "", 400, "yesterday"),
        ("GET", "/nowhere", "", 404, "/nowhere"),
        ("DELETE", "/v1/seen", "", 405, "DELETE"),
        ("POST", "/v1/seen", "", 400, "empty"),
        ("POST", "/v1/articles", "id,text\n", 400, "JSON"),
        ("POST", "/v1/articles", "{\"id\": 1}\n", 400, "text"),
    ];
    for (method, path, body, status, sign) in refusals {
        let reply = service.ask(method, path, &[], body);
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        let error = reply.json()["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(error.contains(sign), "{path}: {error}");
    }
    let long = service.ask(
        "POST",
        "/v1/articles",
        &[("Idempotency-Key", &"k".repeat(300))],
        "{}",
    );
    assert_eq!(long.status, 400);
    let page = [("Origin", "https://example.org")];
    let refused = service.ask("POST", "/v1/articles", &page, &small_dump());
    assert_eq!(refused.status, 403, "{}", refused.body);
    // Nothing of a body that is too long is waited for.
    let mut stream = TcpStream::connect(&service.address).expect("it listens");
    let head = "POST /v1/seen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8388609\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("it reads");
    assert_eq!(reply(stream).expect("it answers").status, 413);
    assert_eq!(
        service
            .get("/metrics")
            .body
            .matches("samestory_index_articles 5\n")
            .count(),
        1
    );
}

#[test]
fn a_token_is_asked_for_where_there_is_one() {
    let folder = Folder::new();
    folder.run(&["index", "create", "kept"]).done();
    let service = Service::start(&folder, &[], Some("correct horse"));
    for path in ["/v1/stories", "/v1/articles/a", "/metrics"] {
        let without = service.get(path);
        assert_eq!(
            (without.status, without.header("www-authenticate")),
            (401, Some("Bearer"))
        );
        for wrong in [
            "Bearer wrong",
            "Bearer correct hors",
            "Basic correct horse",
            "Bearer",
        ] {
            let refused = service.ask("GET", path, &[("Authorization", wrong)], "");
            assert_eq!(refused.status, 401, "{wrong}");
        }
        let right = service.ask(
            "GET",
            path,
            &[("Authorization", "bearer correct horse")],
            "",
        );
        assert_ne!(right.status, 401);
    }
    assert_eq!(service.get("/readyz").status, 200);
}

#[test]
fn nobody_listens_beyond_this_machine_by_accident() {
    let folder = Folder::new();
    folder.run(&["index", "create", "kept"]).done();
    let call = ["serve", "kept", "--listen", "0.0.0.0:0"];
    let mut command = folder.command(&call);
    let ended = command
        .env_remove("SAMESTORY_TOKEN")
        .output()
        .expect("it starts");
    let err = String::from_utf8(ended.stderr).expect("it is UTF-8");
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        err.contains("SAMESTORY_TOKEN") && err.contains("--without-token"),
        "{err}"
    );
    let missing = folder.run(&["serve", "nowhere"]);
    assert!(missing.failed().contains("no index here"));
}

#[test]
fn what_is_sent_again_under_a_key_is_answered_as_before() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    let sent = json_line("bees", "Bees", &text(1));
    let key = [("Idempotency-Key", "monday-1")];
    let first = service.ask("POST", "/v1/articles", &key, &sent);
    assert_eq!(
        (first.status, &first.lines()[0]["added"]),
        (200, &true.into())
    );
    let again = service.ask("POST", "/v1/articles", &key, &sent);
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = service.ask("POST", "/v1/articles", &key, &json_line("b", "B", &text(2)));
    assert_eq!(other.status, 422, "{}", other.body);
    // Whatever ends the service, and however many versions come between.
    drop(service);
    let service = Service::start(&folder, &[], None);
    for number in 10..28 {
        let sent = json_line(&format!("n{number}"), "News", &text(number));
        assert_eq!(service.post("/v1/articles", &sent).status, 200);
    }
    let again = service.ask("POST", "/v1/articles", &key, &sent);
    assert_eq!(again.body, first.body);
    let stats: Value =
        serde_json::from_str(&folder.run(&["index", "stats", "kept", "--json"]).done())
            .expect("it is JSON");
    assert_eq!(
        (
            &stats["articles"],
            &stats["ingests"].as_array().map(Vec::len)
        ),
        (&24.into(), &Some(1))
    );
    // However often it was written to, its files are few.
    let files = folder.files();
    let files = files
        .iter()
        .filter(|name| name.starts_with("kept/"))
        .count();
    assert!(files < 40, "{files}");
    folder.run(&["index", "check", "kept"]).done();
    let changes = folder.run(&["changes", "kept"]).done();
    let cursors: Vec<&str> = changes
        .lines()
        .filter_map(|line| line.split('"').nth(3))
        .collect();
    let distinct: BTreeSet<&str> = cursors.iter().copied().collect();
    assert_eq!(cursors.len(), distinct.len());
}

#[test]
fn two_clients_are_served_at_once() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    std::thread::scope(|scope| {
        for client in 0..2usize {
            let service = &service;
            scope.spawn(move || {
                for number in 0..4 {
                    let id = format!("c{client}-{number}");
                    let sent = json_line(&id, "News", &text(100 * (client + 1) + number));
                    assert_eq!(service.post("/v1/articles", &sent).status, 200);
                    // What was acknowledged is there for whoever asks next.
                    let seen = service.post("/v1/seen", &sent).lines();
                    assert_eq!(
                        (&seen[0]["seen"], &seen[0]["matched_id"]),
                        (&"exact".into(), &id.into())
                    );
                }
            });
        }
    });
    assert!(
        service
            .get("/metrics")
            .body
            .contains("samestory_index_articles 13\n")
    );
}

#[test]
fn more_than_it_has_places_for_are_told_to_come_again() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    let body = json_line("x", "No ferry", FERRY);
    let held: Vec<TcpStream> = (0..64)
        .map(|_| service.begin("/v1/seen", body.len()))
        .collect();
    let refused = service.post("/v1/seen", &body);
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("1"))
    );
    assert_eq!(service.get("/healthz").status, 200);
    for mut stream in held {
        stream.write_all(body.as_bytes()).expect("it reads");
        assert_eq!(reply(stream).expect("it answers").status, 200);
    }
    assert_eq!(service.post("/v1/seen", &body).status, 200);
}

#[test]
fn what_others_write_is_seen_soon() {
    let folder = Folder::new();
    let service = Service::with_articles(&folder);
    let line = json_line("bees", "Bees", &text(1));
    folder.write("more.jsonl", &line);
    folder
        .run(&["index", "ingest", "kept", "more.jsonl"])
        .done();
    let started = Instant::now();
    while service.post("/v1/seen", &line).lines()[0]["seen"] != "exact" {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "it never saw them"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_answers_what_is_under_way() {
    for signal in ["-TERM", "-INT"] {
        let folder = Folder::new();
        let mut service = Service::with_articles(&folder);
        let sent = json_line("late", "Late", &text(7));
        let mut stream = service.begin("/v1/articles", sent.len());
        service.signal(signal);
        stream.write_all(sent.as_bytes()).expect("it reads");
        let answer = reply(stream).expect("it answers");
        assert_eq!(
            (answer.status, &answer.lines()[0]["added"]),
            (200, &true.into())
        );
        let ended = service.child.wait().expect("it ends");
        let mut err = String::new();
        let mut rest = service.err.take().expect("it has messages");
        rest.read_to_string(&mut err).expect("it is UTF-8");
        assert_eq!((ended.code(), err.trim()), (Some(0), "stopped"));
        let ids = folder.run(&["index", "table", "kept"]).done();
        assert!(ids.contains("\nlate,"));
    }
}

/// Kills a service under load again and again; what it acknowledged is there each time.
fn killed_under_load(times: usize) {
    let folder = Folder::new();
    folder.run(&["index", "create", "kept"]).done();
    let acknowledged: Mutex<Vec<String>> = Mutex::default();
    let mut state = 7u64;
    for round in 0..times {
        let mut service = Service::start(&folder, &[], None);
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let until = Duration::from_millis(20 + (state >> 33) % 400);
        let address = service.address.clone();
        std::thread::scope(|scope| {
            for client in 0..2usize {
                let (address, acknowledged) = (&address, &acknowledged);
                scope.spawn(move || {
                    for number in 0.. {
                        let id = format!("r{round}-{client}-{number}");
                        let sent =
                            json_line(&id, "News", &text((2 * round + client) * 1000 + number));
                        let key = [("Idempotency-Key", id.as_str())];
                        match ask(address, "POST", "/v1/articles", &key, &sent) {
                            Ok(reply) if reply.status == 200 => {
                                acknowledged.lock().expect("no client fails").push(id);
                            }
                            Ok(reply) => panic!("{reply:?}"),
                            Err(_) => return,
                        }
                    }
                });
            }
            std::thread::sleep(until);
            service.child.kill().expect("it can be killed");
            service.child.wait().expect("it ends");
        });
        folder.run(&["index", "check", "kept"]).done();
    }
    let table = folder.run(&["index", "table", "kept"]).done();
    let there: BTreeSet<&str> = table
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    let acknowledged = acknowledged.into_inner().expect("no client fails");
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|id| !there.contains(id.as_str()))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    println!(
        "{times} kills, {} acknowledged, {} there",
        acknowledged.len(),
        there.len() - 1
    );
    // Nothing came twice, however often it was sent.
    assert!(!table.contains("#2"));
}

#[test]
fn what_was_acknowledged_is_there_after_it_is_killed() {
    killed_under_load(4);
}

#[test]
#[ignore = "two hundred kills take minutes"]
fn what_was_acknowledged_is_there_after_two_hundred_kills() {
    killed_under_load(200);
}
