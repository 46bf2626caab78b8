//! Serves a folder over HTTP on the loopback address, as a static host should: with the right media types and with
//! the page's content security policy.
//!
//! Not a production server: it listens on 127.0.0.1 only and tells the browser to ask again for every file.

use std::{io, path::Path};

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The page's content security policy, the same in the header and in `dist/index.html`.
///
/// Nothing may be loaded from elsewhere, no inline script or style runs, no markup is made from text.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
     trusted-types smtp-explainer";

/// How many ports [`bind`] tries when the first is taken.
const PORTS_TRIED: u16 = 20;

/// Listens on the first free port of 127.0.0.1 from `port` up; port 0 lets the system choose.
///
/// # Errors
/// The system's, when the last port tried is taken too, or for any other cause at once.
pub async fn bind(port: u16) -> io::Result<TcpListener> {
    let last = if port == 0 { 0 } else { port.saturating_add(PORTS_TRIED - 1) };
    for candidate in port..last {
        match TcpListener::bind(("127.0.0.1", candidate)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
    TcpListener::bind(("127.0.0.1", last)).await
}

/// Serves `folder` below `base` (`/` or `/some/path`) until the task is dropped.
///
/// # Errors
/// The system's, when a connection cannot be accepted any more.
pub async fn serve(listener: TcpListener, folder: &Path, base: &str) -> io::Result<()> {
    let files = ServeDir::new(folder);
    let site =
        if base == "/" { Router::new().fallback_service(files) } else { Router::new().nest_service(base, files) };
    let site = site
        .layer(header_layer(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "no-referrer"))
        .layer(header_layer(header::CACHE_CONTROL, "no-cache"));
    axum::serve(listener, site).await
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn the_next_port_is_taken_when_the_first_is_in_use() {
        block_on(async {
            let first = bind(0).await.expect("a port");
            let port = first.local_addr().expect("an address").port();
            let next = bind(port).await.expect("another port").local_addr().expect("an address").port();
            assert!(next > port && next - port < PORTS_TRIED, "{port} and {next}");
        });
    }

    #[test]
    fn a_wasm_file_comes_with_its_type_and_the_policy_also_below_a_path() {
        let folder = std::env::temp_dir().join(format!("smtp-explainer-site-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("page_bg.wasm"), b"\0asm").expect("a file");
        let served = folder.clone();
        let answer = block_on(async move {
            let listener = bind(0).await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(async move { serve(listener, &served, "/docs/smtp").await });
            let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
            let request = b"GET /docs/smtp/page_bg.wasm HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
            stream.write_all(request).await.expect("a request");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.expect("an answer");
            answer
        });
        fs::remove_dir_all(&folder).expect("the folder goes");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("content-type: application/wasm\r\n"), "{answer}");
        assert!(answer.contains(&format!("content-security-policy: {CONTENT_SECURITY_POLICY}\r\n")), "{answer}");
    }
}
