//! Objects in buckets, with the credentials that the environment has.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, resolve_bucket_region};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as KeyPath;
use object_store::{
    BackoffConfig, ClientOptions, GetOptions, GetRange, ObjectMeta, ObjectStore, RetryConfig,
};
use tokio::net::TcpStream;

use super::fault::{Fault, innermost};
use super::fetch::{Answer, Version};
use super::web::{CONNECT, SILENCE};
use crate::error::RemoteFault;

/// A bucket that is open.
pub(super) type Bucket = Arc<dyn ObjectStore>;

/// An object in a bucket.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) bucket: Bucket,
    pub(super) path: KeyPath,
}

/// The address of a bucket and what it names there: `s3://bucket/key`.
pub(super) struct Address<'a> {
    /// With the slash behind the bucket.
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
}

impl<'a> Address<'a> {
    pub(super) fn of(name: &'a str) -> Address<'a> {
        let host = name.find("://").map_or(0, |at| at + 3);
        let end = name[host..]
            .find('/')
            .map_or(name.len(), |at| host + at + 1);
        Address {
            bucket: &name[..end],
            key: &name[end..],
        }
    }
}

/// A key as it is asked for; some that a bucket could have cannot be.
pub(super) fn path_of(key: &str) -> Result<KeyPath, Fault> {
    KeyPath::parse(key).map_err(|error| Fault::other(innermost(&error)))
}

/// Opens a bucket.
pub(super) async fn open(address: &str) -> Result<Bucket, Fault> {
    let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
    let bucket = address.trim_end_matches('/');
    let opened = match scheme.to_ascii_lowercase().as_str() {
        "s3" | "s3a" => open_s3(bucket).await?,
        "gs" => open_google(bucket).await?,
        _ => open_azure(bucket).await?,
    };
    opened.map_err(of_store)
}

type Opened = object_store::Result<Bucket>;

async fn open_s3(bucket: &str) -> Result<Opened, Fault> {
    let mut builder = AmazonS3Builder::from_env().with_url(bucket);
    let value = |key| builder_value(&builder, key);
    let endpoint = value(AmazonS3ConfigKey::S3Endpoint).or(value(AmazonS3ConfigKey::Endpoint));
    let has_region = value(AmazonS3ConfigKey::Region).is_some()
        || value(AmazonS3ConfigKey::DefaultRegion).is_some();
    let named = [
        AmazonS3ConfigKey::AccessKeyId,
        AmazonS3ConfigKey::WebIdentityTokenFile,
        AmazonS3ConfigKey::ContainerCredentialsRelativeUri,
        AmazonS3ConfigKey::ContainerCredentialsFullUri,
        AmazonS3ConfigKey::MetadataEndpoint,
    ];
    let is_open = value(AmazonS3ConfigKey::SkipSignature).is_some_and(|it| it == "true");
    if !is_open && named.iter().all(|key| value(*key).is_none()) {
        ask_machine().await?;
    }
    if endpoint.is_none() && !has_region {
        let name = bucket.split_once("://").map_or("", |(_, name)| name);
        // Where it cannot be known, the usual one may do.
        if let Ok(region) = resolve_bucket_region(name, &options(false)).await {
            builder = builder.with_region(region);
        }
    }
    // Whoever names an address without encryption means it.
    let is_plain = endpoint.is_some_and(|it| it.starts_with("http://"));
    let builder = builder
        .with_client_options(options(is_plain))
        .with_retry(retries());
    Ok(builder.build().map(|it| Arc::new(it) as Bucket))
}

fn builder_value(builder: &AmazonS3Builder, key: AmazonS3ConfigKey) -> Option<String> {
    builder.get_config_value(&key).filter(|it| !it.is_empty())
}

async fn open_google(bucket: &str) -> Result<Opened, Fault> {
    let has = |name: &str| std::env::var_os(name).is_some();
    let file = std::env::home_dir()
        .map(|home| home.join(".config/gcloud/application_default_credentials.json"));
    let is_named = std::env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("GOOGLE_") && !name.starts_with("GOOGLE_CLOUD")
    });
    if !is_named && !has("SERVICE_ACCOUNT") && !file.is_some_and(|file| file.exists()) {
        ask_machine().await?;
    }
    let builder = GoogleCloudStorageBuilder::from_env()
        .with_url(bucket)
        .with_client_options(options(false))
        .with_retry(retries());
    Ok(builder.build().map(|it| Arc::new(it) as Bucket))
}

async fn open_azure(bucket: &str) -> Result<Opened, Fault> {
    let names = [
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ACCESS_KEY",
        "AZURE_STORAGE_MASTER_KEY",
        "AZURE_STORAGE_SAS_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_STORAGE_CLIENT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_STORAGE_TOKEN",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_SKIP_SIGNATURE",
        "AZURE_STORAGE_USE_EMULATOR",
        "AZURE_USE_AZURE_CLI",
        "IDENTITY_ENDPOINT",
    ];
    if names.iter().all(|name| std::env::var_os(name).is_none()) {
        ask_machine().await?;
    }
    let is_plain = std::env::var("AZURE_STORAGE_ENDPOINT")
        .or(std::env::var("AZURE_ENDPOINT"))
        .is_ok_and(|it| it.starts_with("http://"));
    let is_here = std::env::var_os("AZURE_STORAGE_USE_EMULATOR").is_some();
    let builder = MicrosoftAzureBuilder::from_env()
        .with_url(bucket)
        .with_client_options(options(is_plain || is_here))
        .with_retry(retries());
    Ok(builder.build().map(|it| Arc::new(it) as Bucket))
}

/// Whether this is a machine that is told its credentials, as those in the clouds are; they all ask at one address.
async fn ask_machine() -> Result<(), Fault> {
    const ASKED: &str = "169.254.169.254:80";
    let none = Err(Fault::Final(RemoteFault::NoCredentials));
    let is_off = std::env::var("AWS_EC2_METADATA_DISABLED");
    if is_off.is_ok_and(|it| it.eq_ignore_ascii_case("true")) {
        return none;
    }
    match tokio::time::timeout(Duration::from_secs(1), TcpStream::connect(ASKED)).await {
        Ok(Ok(_)) => Ok(()),
        _ => none,
    }
}

fn options(is_plain: bool) -> ClientOptions {
    let options = ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(CONNECT)
        .with_read_timeout(SILENCE);
    match is_plain {
        true => options.with_allow_http(true),
        false => options,
    }
}

fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(15),
            base: 2.0,
        },
        max_retries: 6,
        retry_timeout: Duration::from_secs(60),
    }
}

impl Key {
    pub(super) async fn get(&self, range: Range<u64>, version: &Version) -> Result<Answer, Fault> {
        let start = range.start;
        let options = GetOptions {
            if_match: version.tag.clone().filter(|tag| !tag.starts_with("W/")),
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let got = self.bucket.get_opts(&self.path, options).await;
        let got = got.map_err(of_store)?;
        // What broke off in the middle was tried again already, but may be once more.
        let of_body = |error: object_store::Error| match of_store(error) {
            Fault::Final(RemoteFault::Other(why)) => Fault::Passing(why, None),
            fault => fault,
        };
        Ok(Answer {
            start,
            is_whole: false,
            size: Some(got.meta.size),
            version: version_of(&got.meta),
            chunks: got.into_stream().map_err(of_body).boxed(),
        })
    }
}

pub(super) fn version_of(meta: &ObjectMeta) -> Version {
    let seconds = meta.last_modified.timestamp();
    let since = u64::try_from(seconds).ok().map(Duration::from_secs);
    Version {
        tag: meta.e_tag.clone(),
        modified: since.map(|since| SystemTime::UNIX_EPOCH + since),
    }
}

pub(super) fn of_store(error: object_store::Error) -> Fault {
    use object_store::Error as Store;
    let why = innermost(&error);
    match error {
        Store::NotFound { .. } => Fault::Final(RemoteFault::Missing),
        Store::PermissionDenied { .. } | Store::Unauthenticated { .. } => {
            Fault::Final(RemoteFault::Denied(in_short(&why)))
        }
        Store::Precondition { .. } => Fault::Changed,
        // Whoever lists a bucket that there is not is told so.
        _ if why.contains(" 404 Not Found") => Fault::Final(RemoteFault::Missing),
        _ => Fault::other(in_short(&why)),
    }
}

/// What a server answers, without the page around it.
fn in_short(why: &str) -> String {
    let Some(answer) = why.strip_prefix("Server returned non-2xx status code: ") else {
        return why.to_owned();
    };
    let status = answer.split(": <").next().unwrap_or(answer);
    let message = answer.split_once("<Message>");
    let message = message.and_then(|(_, rest)| rest.split('<').next());
    match message {
        Some(message) => format!("the server answers {status}: {message}"),
        None => format!("the server answers {status}"),
    }
}
