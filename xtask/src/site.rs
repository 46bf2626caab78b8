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
