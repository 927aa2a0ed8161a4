//! An output file appears whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use super::Destination;
use super::commit::{commit_all, folder_of};
use super::compression::Encoder;
use super::temporary::{Temporary, Waiting};
use crate::compression::Compression;
use crate::error::{Error, Result};
use crate::remote::{Upload, kind_of};

const BUFFER_BYTES: usize = 1 << 16;

/// A file that is being written.
///
/// A regular file is written without a name, or under another one in the same folder where the system knows no files
/// without, and takes its own name only when [committed](OutputFile::commit): until then a file that had the name stays as
/// it is, and dropping the `OutputFile` leaves nothing. A file that is replaced hands its permissions on; a new one has
/// those any new file has. A name that is a symbolic link stays one, and the file it leads to is replaced.
///
/// Standard output, pipes and devices have no other name to be written under: what is written goes straight there.
///
/// What goes to a bucket (`s3://…`, with the feature `remote`) goes there in parts as it is written, and is an object, or
/// replaces one, only when committed.
///
/// What is written is on the disk before the file has its name, and the name is when [committed](OutputFile::commit) is
/// done. After a killed process the file is not there; where a file `.samestory-…` was left beside it, the next run that
/// writes to the folder removes that.
pub struct OutputFile {
    name: PathBuf,
    writer: BufWriter<Box<dyn Encoder<Target>>>,
}

impl OutputFile {
    /// Opens `destination` to be written with `compression`, whatever its name ends in.
    ///
    /// # Errors
    ///
    /// When it could not be written to: its folder is missing or takes no files, it is a folder, or it is write-protected.
    pub fn create(destination: &Destination, compression: Compression) -> Result<OutputFile> {
        let target = match destination {
            Destination::Stdout => Target::Stdout(io::stdout()),
            Destination::File(path) if kind_of(path).is_some() => Target::Elsewhere {
                upload: Upload::begin(path)?,
                hash: Box::default(),
            },
            Destination::File(path) => Target::open(path)?,
        };
        let name = destination.name().to_owned();
        let encoder = compression
            .encoder(target)
            .map_err(|error| Error::io(&name, error))?;
        Ok(OutputFile {
            name,
            writer: BufWriter::with_capacity(BUFFER_BYTES, encoder),
        })
    }

    /// The file as the user named it; `-` for standard output.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Writes all there is to write and closes the file, without giving it its name yet.
    ///
    /// So several outputs can be made to appear together ([`commit_all`]), once none can fail any more for want of space.
    /// There may be thousands of closed files: few of them hold a descriptor.
    ///
    /// # Errors
    ///
    /// When the rest cannot be written.
    pub fn close(self) -> Result<Closed> {
        let named = |error| Error::io(&self.name, error);
        let encoder = self
            .writer
            .into_inner()
            .map_err(|error| named(error.into_error()))?;
        let mut target = encoder.finish().map_err(named)?;
        target.flush().map_err(named)?;
        let mut hash = 0;
        let mut elsewhere = None;
        Ok(Closed {
            place: match target {
                Target::Beside {
                    temporary,
                    path,
                    hash: of_all,
                } => {
                    hash = of_all.digest();
                    let waiting = temporary
                        .close()
                        .map_err(|error| Error::io(&self.name, error))?;
                    Some((waiting, path))
                }
                Target::Elsewhere {
                    mut upload,
                    hash: of_all,
                } => {
                    hash = of_all.digest();
                    upload
                        .close()
                        .map_err(|error| Error::io(&self.name, error))?;
                    elsewhere = Some(upload);
                    None
                }
                Target::Straight(_) | Target::Stdout(_) => None,
            },
            elsewhere,
            name: self.name,
            hash,
        })
    }

    /// Writes all there is to write and gives the file its name.
    ///
    /// # Errors
    ///
    /// When the rest cannot be written, or the file cannot be renamed.
    pub fn commit(self) -> Result<()> {
        self.close()?.commit()
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A file that is complete but has not its name yet; dropped so, it is gone.
#[must_use = "the file appears only when it is committed"]
pub struct Closed {
    pub(super) name: PathBuf,
    /// The file and where it is to be; `None` for what was written straight to its place.
    pub(super) place: Option<(Waiting, PathBuf)>,
    /// What is to appear in a bucket.
    pub(super) elsewhere: Option<Upload>,
    /// Of what was written to it.
    hash: u64,
}

impl Closed {
    /// The file as the user named it.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The same file, to be named otherwise in the same folder.
    pub(crate) fn named(self, name: PathBuf) -> Closed {
        let place = self.place.map(|(waiting, _)| (waiting, name.clone()));
        Closed {
            name,
            place,
            ..self
        }
    }

    /// The xxh3 of its bytes; nothing where they went straight to their place.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// Gives the file its name, replacing a file that has it.
    ///
    /// # Errors
    ///
    /// When the file cannot be renamed.
    pub fn commit(self) -> Result<()> {
        commit_all(vec![self])
    }
}

/// What stands at the end of the compression.
enum Target {
    /// A file in the folder of `path`, whose name it is to take.
    Beside {
        temporary: Temporary,
        path: PathBuf,
        /// Of all that was written.
        hash: Box<Xxh3>,
    },
    /// An object in a bucket.
    Elsewhere {
        upload: Upload,
        /// Of all that was written.
        hash: Box<Xxh3>,
    },
    /// A pipe or a device.
    Straight(File),
    Stdout(io::Stdout),
}

impl Target {
    fn open(named: &Path) -> Result<Target> {
        if is_stream(named) {
            // Appending neither cuts off nor overwrites what a shell's `>>` put behind a descriptor.
            let file = OpenOptions::new().append(true).open(named);
            return file
                .map(Target::Straight)
                .map_err(|error| Error::io(named, error));
        }
        let path = follow_links(named);
        let permissions = writable_file(&path).map_err(|error| Error::io(named, error))?;
        let folder = folder_of(&path);
        let temporary = Temporary::create_in(folder).map_err(|error| Error::io(folder, error))?;
        if let Some(permissions) = permissions {
            temporary
                .file
                .set_permissions(permissions)
                .map_err(|error| Error::io(named, error))?;
        }
        Ok(Target::Beside {
            temporary,
            path,
            hash: Box::default(),
        })
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Not every encoder in front tries an interrupted call again.
        tried_again(|| match self {
            Target::Beside {
                temporary, hash, ..
            } => {
                let written = temporary.file.write(bytes)?;
                hash.update(&bytes[..written]);
                Ok(written)
            }
            Target::Elsewhere { upload, hash } => {
                let written = upload.write(bytes)?;
                hash.update(&bytes[..written]);
                Ok(written)
            }
            Target::Straight(file) => file.write(bytes),
            Target::Stdout(stdout) => stdout.write(bytes),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        tried_again(|| match self {
            Target::Beside { temporary, .. } => temporary.file.flush(),
            Target::Elsewhere { upload, .. } => upload.flush(),
            Target::Straight(file) => file.flush(),
            Target::Stdout(stdout) => stdout.flush(),
        })
    }
}

/// Makes a call until no signal interrupts it.
fn tried_again<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ended => return ended,
        }
    }
}

/// Whether `path` is written to in its place: a pipe, a device, or an open descriptor's name.
pub(super) fn is_stream(path: &Path) -> bool {
    // A descriptor may be a regular file's, but its name is not the file's.
    let folder = path.parent().unwrap_or(path);
    let descriptor = ["/dev/stdout", "/dev/stderr"]
        .iter()
        .any(|name| path == Path::new(name))
        || ["/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|name| folder == Path::new(name));
    descriptor || fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The file that a symbolic link leads to, there or not; any other path is itself.
pub(super) fn follow_links(path: &Path) -> PathBuf {
    const MOST: usize = 40; // what Linux follows before it calls the links a loop
    let mut path = path.to_owned();
    for _ in 0..MOST {
        let Ok(target) = fs::read_link(&path) else {
            break;
        };
        path = match path.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    path
}

/// The permissions of the file at `path`, `None` when there is none; an error when it cannot be written to.
fn writable_file(path: &Path) -> io::Result<Option<fs::Permissions>> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => file.metadata().map(|found| Some(found.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(path: &Path) -> OutputFile {
        OutputFile::create(&Destination::named(path), Compression::None).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let mut file = create(&path);
        file.write_all(&[b'x'; 3 * BUFFER_BYTES]).unwrap();
        assert!(!path.exists());
        let closed = file.close().unwrap();
        assert!(!path.exists());
        closed.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap().len(), 3 * BUFFER_BYTES);
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_run_that_fails_leaves_nothing_and_the_old_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, "old").unwrap();
        let mut file = create(&path);
        file.write_all(&[b'x'; 3 * BUFFER_BYTES]).unwrap();
        drop(file);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["out.txt"]);

        drop(create(&path).close().unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["out.txt"]);
    }

    #[test]
    fn a_place_that_takes_no_file_is_refused_before_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let error = OutputFile::create(
            &Destination::named(missing.join("out.txt")),
            Compression::None,
        );
        let message = error.err().unwrap().to_string();
        assert!(
            message.starts_with(&format!("{}: No such file", missing.display())),
            "{message}"
        );

        let error = OutputFile::create(&Destination::named(folder.path()), Compression::None);
        let message = error.err().unwrap().to_string();
        assert!(message.contains("Is a directory"), "{message}");
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::fs::{PermissionsExt, symlink};

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[test]
        fn a_new_file_has_the_mode_any_new_file_has() {
            let folder = tempfile::tempdir().unwrap();
            let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
            create(&ours).commit().unwrap();
            fs::write(&theirs, "").unwrap();
            assert_eq!(mode(&ours), mode(&theirs));
        }

        #[test]
        fn a_replaced_file_hands_its_mode_on() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("private");
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            create(&path).commit().unwrap();
            assert_eq!((mode(&path), fs::read(&path).unwrap()), (0o640, vec![]));
        }

        #[test]
        fn a_link_stays_a_link_and_its_file_is_replaced() {
            let folder = tempfile::tempdir().unwrap();
            let link = folder.path().join("latest.csv");
            symlink("monday.csv", &link).unwrap();
            for text in ["first, the link led nowhere", "then to a file"] {
                let mut file = create(&link);
                file.write_all(text.as_bytes()).unwrap();
                file.commit().unwrap();
                assert!(link.is_symlink());
                let path = folder.path().join("monday.csv");
                assert_eq!(fs::read_to_string(path).unwrap(), text);
            }
        }

        #[test]
        fn a_pipe_whose_reader_has_gone_is_told_from_other_failures() {
            let (reader, writer) = io::pipe().unwrap();
            drop(reader);
            let target = Target::Straight(File::from(std::os::fd::OwnedFd::from(writer)));
            let mut file = OutputFile {
                name: PathBuf::from("-"),
                writer: BufWriter::new(Compression::None.encoder(target).unwrap()),
            };
            file.write_all(b"one line").unwrap();
            assert!(file.commit().unwrap_err().is_broken_pipe());
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn a_pipe_is_written_straight_to() {
            use std::io::Read;
            use std::os::fd::AsRawFd;
            let (mut reader, writer) = io::pipe().unwrap();
            let mut file = create(Path::new(&format!("/dev/fd/{}", writer.as_raw_fd())));
            drop(writer);
            file.write_all(b"one line").unwrap();
            file.commit().unwrap();
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            assert_eq!(text, "one line");
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn a_full_disk_is_an_error_whatever_the_compression() {
            for compression in [
                Compression::None,
                Compression::Gzip,
                Compression::Zstd,
                Compression::Lz4,
            ] {
                let mut file =
                    OutputFile::create(&Destination::named("/dev/full"), compression).unwrap();
                let written = file.write_all(b"one line");
                let outcome = written
                    .map_err(|error| Error::io("/dev/full", error))
                    .and_then(|()| file.commit());
                let message = outcome.unwrap_err().to_string();
                assert!(message.starts_with("/dev/full: No space left"), "{message}");
            }
        }
    }
}
