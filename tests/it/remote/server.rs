//! A small server on this machine that gives files away, and does what servers on the web do wrong.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What the server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Every n-th answer breaks off after a part.
    Cut(usize),
    /// All answers break off before their first byte but the one to whoever asks for one byte.
    CutAll,
    /// Every n-th answer says to come back later.
    Later(usize),
    /// Nothing but that.
    AlwaysLater,
    /// Parts are not known: all of it comes, whatever was asked for.
    NoParts,
    /// The same, and its length is not said.
    NoLength,
    /// The same, and it breaks off the first time.
    NoPartsCut,
    /// The bytes come a few at a time.
    Slow,
    /// The length that is said is longer than what comes, the first few times.
    Short,
    /// What is there is another thing from the n-th answer on.
    Changes(usize),
    /// It is for nobody.
    Denied,
}

/// A server that ends with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    fault: Fault,
    answers: AtomicUsize,
    sent: AtomicUsize,
    is_over: AtomicBool,
    /// What must be asked with.
    bearer: Option<&'static str>,
}

impl Server {
    pub(crate) fn start(files: &[(&str, Vec<u8>)], fault: Fault) -> Server {
        Server::start_for(files, fault, None)
    }

    pub(crate) fn start_for(
        files: &[(&str, Vec<u8>)],
        fault: Fault,
        bearer: Option<&'static str>,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has ports");
        let address = listener.local_addr().expect("it has an address");
        let files = files
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), bytes.clone()));
        let shared = Arc::new(Shared {
            files: Mutex::new(files.collect()),
            fault,
            answers: AtomicUsize::new(0),
            sent: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            bearer,
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if own.is_over.load(Ordering::Relaxed) {
                    break;
                }
                let shared = Arc::clone(&own);
                if let Ok(stream) = stream {
                    thread::spawn(move || shared.serve(stream));
                }
            }
        });
        Server { address, shared }
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// How many bytes of files it sent.
    pub(crate) fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// What is asked for.
#[derive(Default)]
struct Request {
    path: String,
    range: Option<(usize, usize)>,
    if_match: Option<String>,
    bearer: Option<String>,
}

impl Request {
    fn read(from: &mut impl BufRead) -> Option<Request> {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let path = line.split(' ').nth(1)?.trim_start_matches('/');
        let mut request = Request {
            path: path.split('?').next()?.to_owned(),
            ..Request::default()
        };
        loop {
            let mut line = String::new();
            from.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(": ") else {
                return Some(request);
            };
            match name.to_ascii_lowercase().as_str() {
                "range" => {
                    let (start, end) = value.strip_prefix("bytes=")?.split_once('-')?;
                    let end = end.parse().unwrap_or(usize::MAX - 1);
                    request.range = Some((start.parse().ok()?, end + 1));
                }
                "if-match" => request.if_match = Some(value.to_owned()),
                "authorization" => request.bearer = Some(value.to_owned()),
                _ => {}
            }
        }
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(match stream.try_clone() {
            Ok(stream) => stream,
            Err(_) => return,
        });
        let mut stream = stream;
        while let Some(request) = Request::read(&mut reader) {
            if !self.answer(&request, &mut stream).unwrap_or(false) {
                // Whoever reads sees the end, not a reset.
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                let _ = reader.read(&mut [0; 64]);
                return;
            }
        }
    }

    /// Answers; says whether the connection stays.
    fn answer(&self, request: &Request, to: &mut TcpStream) -> std::io::Result<bool> {
        let number = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.get(&request.path).cloned();
        drop(files);
        let status = |to: &mut TcpStream, status: &str| {
            write!(to, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").map(|()| true)
        };
        let expected = self.bearer.map(|token| format!("Bearer {token}"));
        if expected.is_some() && request.bearer != expected {
            return status(to, "401 Unauthorized");
        }
        match self.fault {
            Fault::Denied => return status(to, "403 Forbidden"),
            Fault::AlwaysLater => return status(to, "503 Service Unavailable"),
            Fault::Later(every) if number.is_multiple_of(every) => {
                return status(to, "503 Service Unavailable\r\nretry-after: 1");
            }
            _ => {}
        }
        let Some(mut file) = file else {
            return status(to, "404 Not Found");
        };
        let mut tag = "\"one\"";
        if matches!(self.fault, Fault::Changes(from) if number >= from) {
            file.iter_mut()
                .for_each(|byte| *byte = byte.to_ascii_uppercase());
            tag = "\"other\"";
        }
        if request
            .if_match
            .as_ref()
            .is_some_and(|wanted| wanted != tag)
        {
            return status(to, "412 Precondition Failed");
        }
        let knows_parts = !matches!(
            self.fault,
            Fault::NoParts | Fault::NoLength | Fault::NoPartsCut
        );
        let range = request.range.filter(|_| knows_parts);
        let (start, end) = range.unwrap_or((0, file.len()));
        let part = &file[start.min(file.len())..end.min(file.len())];
        match range {
            Some(_) => write!(
                to,
                "HTTP/1.1 206 Partial Content\r\ncontent-range: bytes {start}-{}/{}\r\n",
                start + part.len() - 1,
                file.len()
            )?,
            None => write!(to, "HTTP/1.1 200 OK\r\n")?,
        }
        if self.fault != Fault::NoLength {
            let more = match self.fault {
                Fault::Short if number < 5 => 100,
                _ => 0,
            };
            write!(
                to,
                "content-length: {}\r\netag: {tag}\r\n",
                part.len() + more
            )?;
        }
        write!(to, "\r\n")?;
        let given = match self.fault {
            Fault::Cut(every) if number.is_multiple_of(every) => part.len() / 2,
            Fault::CutAll if part.len() > 1 => 0,
            Fault::NoPartsCut if number < 4 => part.len() * number / 4,
            _ => part.len(),
        };
        let chunk = match self.fault {
            Fault::Slow => 1 << 15,
            _ => part.len().max(1),
        };
        for bytes in part[..given].chunks(chunk) {
            to.write_all(bytes)?;
            self.sent.fetch_add(bytes.len(), Ordering::Relaxed);
            if self.fault == Fault::Slow {
                thread::sleep(Duration::from_millis(20));
            }
        }
        let is_short = self.fault == Fault::Short && number < 5;
        Ok(given == part.len() && !is_short && self.fault != Fault::NoLength)
    }
}
