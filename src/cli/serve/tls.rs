//! TLS with a certificate made when the server starts, signed by itself.
//!
//! Good for trying things out and for nothing else: no client has a reason to trust it.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;

use crate::cli::Failure;

/// TLS for the host `name`, and for those who reach it by the names of this machine.
pub(super) fn config(name: &str) -> Result<Arc<ServerConfig>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure(format!("no TLS: {error}"));
    let names: Vec<String> = [name, "localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    let own = rcgen::generate_simple_self_signed(names).map_err(|error| failed(&error))?;
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())
        .map_err(|error| failed(&error))?;
    Ok(Arc::new(config))
}

/// Eight octets of chance.
pub(super) fn entropy() -> u64 {
    let mut octets = [0; 8];
    // Without chance the ids of this run are guessable, which does no harm on a server that relays nothing.
    let _ = ring::default_provider().secure_random.fill(&mut octets);
    u64::from_le_bytes(octets)
}
