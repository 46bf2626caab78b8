//! What a reader can choose: port, security, credentials, block, network, destination.
//!
//! One vocabulary for command-line flags, link keys and the page's controls. A choice that is not made is `auto` and
//! follows from the rest; [`Choices::resolve`] says how.

use crate::smtp::quoted;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a closed list of words with their ids and one line of documentation each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word:meta])* $variant:ident = $id:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$word])* #[serde(rename = $id)] $variant,)* }

        impl $name {
            /// All words, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The same as they are written.
            const IDS: &'static [&'static str] = &[$($id,)*];

            /// The word as it is written.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The word written so, if it is one.
            #[must_use]
            pub fn by_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.id() == id)
            }
        }
    };
}

words! {
    /// The port the client connects to.
    Port {
        /// SMTP (RFC 5321 §4.5.4.2).
        Smtp = "25",
        /// Submissions, TLS from the first octet (RFC 8314 §3.3).
        Submissions = "465",
        /// Submission (RFC 6409 §3.1).
        Submission = "587",
    }
}

words! {
    /// How the client wants the connection protected.
    Tls {
        /// In clear.
        None = "none",
        /// STARTTLS or nothing.
        Starttls = "starttls",
        /// STARTTLS where it is offered.
        IfOffered = "starttls-if-offered",
        /// TLS from the first octet.
        Implicit = "implicit",
    }
}

words! {
    /// How the client authenticates.
    Auth {
        /// Not at all.
        None = "none",
        /// AUTH PLAIN.
        Plain = "plain",
        /// AUTH LOGIN.
        Login = "login",
        /// AUTH CRAM-MD5.
        CramMd5 = "cram-md5",
        /// AUTH SCRAM-SHA-256.
        ScramSha256 = "scram-sha-256",
        /// AUTH OAUTHBEARER.
        OAuthBearer = "oauthbearer",
        /// AUTH XOAUTH2.
        XOAuth2 = "xoauth2",
        /// With a password that is wrong.
        WrongPassword = "wrong-password",
    }
}

words! {
    /// What the access provider does with connections to port 25.
    Op25b {
        /// Nothing.
        Off = "off",
        /// It discards them.
        Drop = "drop",
        /// It answers with a reset.
        Reset = "reset",
        /// It answers with ICMP, administratively prohibited.
        Icmp = "icmp",
        /// It leads them to its own relay.
        Redirect = "redirect",
    }
}

words! {
    /// Where the client stands.
    Place {
        /// At home, with an address that changes.
        HomeDynamic = "home-dynamic",
        /// At home or in an office, with a fixed address.
        HomeStatic = "home-static",
        /// Among the access provider's own servers.
        Provider = "provider",
        /// A virtual provider's customer on a carrier's network.
        Virtual = "virtual",
        /// On a rented machine in a cloud.
        Cloud = "cloud",
    }
}

words! {
    /// To whom the client speaks.
    Destination {
        /// To the server of its own provider.
        Own = "own",
        /// To another provider's submission server.
        Other = "other",
        /// To the recipient's MX.
        Mx = "mx",
    }
}

impl Port {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Smtp => 25,
            Self::Submissions => 465,
            Self::Submission => 587,
        }
    }
}

/// What was chosen; `None` is `auto`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Choices {
    /// The port.
    pub port: Option<Port>,
    /// The protection.
    pub tls: Option<Tls>,
    /// The authentication.
    pub auth: Option<Auth>,
    /// The block.
    pub op25b: Option<Op25b>,
    /// The client's network.
    pub network: Option<Place>,
    /// The destination.
    pub destination: Option<Destination>,
}

/// Every choice made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The port.
    pub port: Port,
    /// The protection.
    pub tls: Tls,
    /// The authentication.
    pub auth: Auth,
    /// The block.
    pub op25b: Op25b,
    /// The client's network.
    pub network: Place,
    /// The destination.
    pub destination: Destination,
}

/// A choice that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct WrongChoice {
    /// The key, as it was written.
    pub key: String,
    /// The value, as it was written.
    pub value: String,
    /// What could have stood there: values, or keys where the key is wrong.
    pub allowed: Vec<&'static str>,
    /// Is it the key that is wrong?
    pub key_is_wrong: bool,
}

impl fmt::Display for WrongChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key_is_wrong {
            write!(f, "{} is nothing that can be chosen; write one of {}", quoted(&self.key), self.allowed.join(", "))
        } else {
            write!(f, "{} cannot be {}; write one of {}", self.key, quoted(&self.value), self.allowed.join(", "))
        }
    }
}

/// The keys of [`Choices`], in the order they are shown.
pub const KEYS: [&str; 6] = ["port", "op25b", "tls", "auth", "network", "destination"];

impl Choices {
    /// Makes a choice by its words; `auto` takes it back. For `op25b` links also write `on`, which is `drop`.
    ///
    /// # Errors
    /// A key or a value that does not exist, with what is allowed.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), WrongChoice> {
        let value_of_block = if value == "on" { Op25b::Drop.id() } else { value };
        match key {
            "port" => put(&mut self.port, key, value, Port::by_id, values("port")),
            "tls" => put(&mut self.tls, key, value, Tls::by_id, values("tls")),
            "auth" => put(&mut self.auth, key, value, Auth::by_id, values("auth")),
            "op25b" => put(&mut self.op25b, key, value_of_block, Op25b::by_id, values("op25b")),
            "network" => put(&mut self.network, key, value, Place::by_id, values("network")),
            "destination" => put(&mut self.destination, key, value, Destination::by_id, values("destination")),
            _ => Err(WrongChoice {
                key: key.to_owned(),
                value: value.to_owned(),
                allowed: KEYS.to_vec(),
                key_is_wrong: true,
            }),
        }
    }

    /// The word chosen for this key; `None` for `auto` and for keys that do not exist.
    #[must_use]
    pub fn word(&self, key: &str) -> Option<&'static str> {
        match key {
            "port" => self.port.map(Port::id),
            "tls" => self.tls.map(Tls::id),
            "auth" => self.auth.map(Auth::id),
            "op25b" => self.op25b.map(Op25b::id),
            "network" => self.network.map(Place::id),
            "destination" => self.destination.map(Destination::id),
            _ => None,
        }
    }

    /// These choices, and for those not made the ones of `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        Self {
            port: self.port.or(base.port),
            tls: self.tls.or(base.tls),
            auth: self.auth.or(base.auth),
            op25b: self.op25b.or(base.op25b),
            network: self.network.or(base.network),
            destination: self.destination.or(base.destination),
        }
    }

    /// Every choice, those not made following from the rest. `queues` says whether the client is an MTA.
    #[must_use]
    pub fn resolve(&self, queues: bool) -> Resolved {
        let network = self.network.unwrap_or(Place::HomeDynamic);
        let destination = self.destination.unwrap_or(Destination::Other);
        let port = self.port.unwrap_or(match destination {
            Destination::Mx => Port::Smtp,
            Destination::Own | Destination::Other => Port::Submission,
        });
        // A virtual provider's server stands outside the carrier, so its customers are not inside.
        let inside = matches!(network, Place::HomeDynamic | Place::HomeStatic | Place::Provider);
        let own_relay = destination == Destination::Own && port == Port::Smtp && inside;
        let relayed = own_relay || (destination == Destination::Mx && port == Port::Smtp);
        let tls = self.tls.unwrap_or(match port {
            Port::Submissions => Tls::Implicit,
            _ if relayed && queues => Tls::IfOffered,
            _ if relayed => Tls::None,
            Port::Smtp | Port::Submission => Tls::Starttls,
        });
        let auth =
            self.auth.unwrap_or(if destination == Destination::Mx || own_relay { Auth::None } else { Auth::Plain });
        let op25b = self.op25b.unwrap_or(Op25b::Drop);
        Resolved { port, tls, auth, op25b, network, destination }
    }
}

impl Resolved {
    /// The word for this key of [`KEYS`].
    #[must_use]
    pub fn word(&self, key: &str) -> Option<&'static str> {
        let all = Choices {
            port: Some(self.port),
            tls: Some(self.tls),
            auth: Some(self.auth),
            op25b: Some(self.op25b),
            network: Some(self.network),
            destination: Some(self.destination),
        };
        all.word(key)
    }
}

/// The words allowed for a key of [`KEYS`], `auto` first.
#[must_use]
pub fn values(key: &str) -> Vec<&'static str> {
    let words = match key {
        "port" => Port::IDS,
        "tls" => Tls::IDS,
        "auth" => Auth::IDS,
        "op25b" => Op25b::IDS,
        "network" => Place::IDS,
        "destination" => Destination::IDS,
        _ => &[],
    };
    [&["auto"], words].concat()
}

fn put<T>(
    into: &mut Option<T>,
    key: &str,
    value: &str,
    by_id: impl Fn(&str) -> Option<T>,
    allowed: Vec<&'static str>,
) -> Result<(), WrongChoice> {
    *into = match by_id(value) {
        _ if value == "auto" => None,
        Some(word) => Some(word),
        None => {
            return Err(WrongChoice { key: key.to_owned(), value: value.to_owned(), allowed, key_is_wrong: false });
        }
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowed_word_can_be_chosen_and_read_back() {
        for key in KEYS {
            for value in values(key) {
                let mut choices = Choices::default();
                choices.set(key, value).expect("an allowed word");
                assert_eq!(choices.word(key), (value != "auto").then_some(value));
            }
        }
        let mut choices = Choices::default();
        choices.set("op25b", "on").expect("links write on");
        assert_eq!(choices.op25b, Some(Op25b::Drop));
    }

    #[test]
    fn a_wrong_word_is_told_with_the_right_ones() {
        let mut choices = Choices::default();
        let wrong = choices.set("port", "26").expect_err("26 is no port to choose");
        assert_eq!(wrong.to_string(), "port cannot be \"26\"; write one of auto, 25, 465, 587");
        assert!(choices.set("prot", "25").expect_err("no key").to_string().contains("op25b"));
    }

    /// model: tls none toward an MX or the own relay on 25, starttls at an MSA on 25 or 587, implicit on 465; auth
    /// none toward an MX and from inside to the own relay on 25, otherwise plain.
    #[test]
    fn auto_follows_from_the_rest() {
        let of = |words: &[(&str, &str)], queues| {
            let mut choices = Choices::default();
            for (key, value) in words {
                choices.set(key, value).expect("an allowed word");
            }
            let resolved = choices.resolve(queues);
            (resolved.port.id(), resolved.tls.id(), resolved.auth.id())
        };
        assert_eq!(of(&[], false), ("587", "starttls", "plain"));
        assert_eq!(of(&[("port", "465")], false), ("465", "implicit", "plain"));
        assert_eq!(of(&[("port", "25")], false), ("25", "starttls", "plain"));
        assert_eq!(of(&[("destination", "mx")], false), ("25", "none", "none"));
        assert_eq!(of(&[("destination", "mx")], true), ("25", "starttls-if-offered", "none"));
        assert_eq!(of(&[("destination", "own"), ("port", "25")], false), ("25", "none", "none"));
        assert_eq!(
            of(&[("destination", "own"), ("port", "25"), ("network", "virtual")], false),
            ("25", "starttls", "plain")
        );
        assert_eq!(
            of(&[("destination", "own"), ("port", "25"), ("network", "cloud")], false),
            ("25", "starttls", "plain")
        );
    }
}
