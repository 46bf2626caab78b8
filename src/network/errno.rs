//! What a program is told by its system when a connection fails: number, name and words.
//!
//! Not every error there is: those that connecting, reading and writing over TCP can meet here. The Linux ones were
//! measured (kernel 6.18, one kind of refusal after the other); the Windows ones are those of its documentation.

use serde::{Deserialize, Serialize};

use super::rule::Icmp;

/// The system that a client runs on, as far as connecting goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Linux from 6.5 on: five SYNs a second apart before the pauses double.
    #[default]
    #[serde(rename = "linux")]
    Linux65,
    /// Linux before 6.5: the pauses double from the start.
    #[serde(rename = "linux-before-6.5")]
    LinuxBefore65,
    /// Windows: three SYNs, and a reset is not believed at once.
    Windows,
}

/// An error of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Errno {
    /// The other end, or somebody in its name, refused.
    ConnectionRefused,
    /// The other end closed abruptly.
    ConnectionReset,
    /// Somebody on the way says that the host cannot be reached.
    HostUnreachable,
    /// Somebody on the way says that the network cannot be reached.
    NetworkUnreachable,
    /// Somebody on the way says that the host does not speak TCP.
    ProtocolNotAvailable,
    /// Nobody answered.
    TimedOut,
}

impl Errno {
    /// Every one there is.
    pub const ALL: [Self; 6] = [
        Self::ConnectionRefused,
        Self::ConnectionReset,
        Self::HostUnreachable,
        Self::NetworkUnreachable,
        Self::ProtocolNotAvailable,
        Self::TimedOut,
    ];

    /// What a client's kernel makes of an ICMP error that answers its SYN.
    #[must_use]
    pub const fn of(icmp: Icmp) -> Self {
        match icmp {
            Icmp::NetUnreachable | Icmp::NetProhibited => Self::NetworkUnreachable,
            Icmp::HostUnreachable | Icmp::HostProhibited | Icmp::AdminProhibited => Self::HostUnreachable,
            Icmp::ProtocolUnreachable => Self::ProtocolNotAvailable,
            Icmp::PortUnreachable => Self::ConnectionRefused,
        }
    }

    /// Its name, such as `ETIMEDOUT` or `WSAETIMEDOUT`.
    #[must_use]
    pub const fn name(self, system: System) -> &'static str {
        match (self, system) {
            (Self::ConnectionRefused, System::Windows) => "WSAECONNREFUSED",
            (Self::ConnectionRefused, _) => "ECONNREFUSED",
            (Self::ConnectionReset, System::Windows) => "WSAECONNRESET",
            (Self::ConnectionReset, _) => "ECONNRESET",
            (Self::HostUnreachable, System::Windows) => "WSAEHOSTUNREACH",
            (Self::HostUnreachable, _) => "EHOSTUNREACH",
            (Self::NetworkUnreachable, System::Windows) => "WSAENETUNREACH",
            (Self::NetworkUnreachable, _) => "ENETUNREACH",
            (Self::ProtocolNotAvailable, System::Windows) => "WSAENOPROTOOPT",
            (Self::ProtocolNotAvailable, _) => "ENOPROTOOPT",
            (Self::TimedOut, System::Windows) => "WSAETIMEDOUT",
            (Self::TimedOut, _) => "ETIMEDOUT",
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self, system: System) -> u16 {
        match (self, system) {
            (Self::ConnectionRefused, System::Windows) => 10061,
            (Self::ConnectionRefused, _) => 111,
            (Self::ConnectionReset, System::Windows) => 10054,
            (Self::ConnectionReset, _) => 104,
            (Self::HostUnreachable, System::Windows) => 10065,
            (Self::HostUnreachable, _) => 113,
            (Self::NetworkUnreachable, System::Windows) => 10051,
            (Self::NetworkUnreachable, _) => 101,
            (Self::ProtocolNotAvailable, System::Windows) => 10042,
            (Self::ProtocolNotAvailable, _) => 92,
            (Self::TimedOut, System::Windows) => 10060,
            (Self::TimedOut, _) => 110,
        }
    }

    /// What the system's own list of messages calls it.
    #[must_use]
    pub const fn text(self, system: System) -> &'static str {
        match (self, system) {
            (Self::ConnectionRefused, _) => "Connection refused",
            (Self::ConnectionReset, _) => "Connection reset by peer",
            (Self::HostUnreachable, _) => "No route to host",
            (Self::NetworkUnreachable, _) => "Network is unreachable",
            (Self::ProtocolNotAvailable, System::Windows) => "Bad protocol option",
            (Self::ProtocolNotAvailable, _) => "Protocol not available",
            (Self::TimedOut, _) => "Connection timed out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `connect()` gave on Linux 6.18 behind a router that refused in each of these ways.
    #[test]
    fn each_icmp_error_becomes_the_errno_that_was_measured() {
        let measured = [
            (Icmp::NetUnreachable, 101, "Network is unreachable"),
            (Icmp::HostUnreachable, 113, "No route to host"),
            (Icmp::ProtocolUnreachable, 92, "Protocol not available"),
            (Icmp::PortUnreachable, 111, "Connection refused"),
            (Icmp::NetProhibited, 101, "Network is unreachable"),
            (Icmp::HostProhibited, 113, "No route to host"),
            (Icmp::AdminProhibited, 113, "No route to host"),
        ];
        assert_eq!(measured.map(|(icmp, ..)| icmp), Icmp::ALL);
        for (icmp, number, text) in measured {
            let errno = Errno::of(icmp);
            assert_eq!((errno.number(System::Linux65), errno.text(System::Linux65)), (number, text), "{icmp}");
        }
    }

    #[test]
    fn windows_has_numbers_of_its_own() {
        let told = |errno: Errno| (errno.number(System::Windows), errno.name(System::Windows));
        assert_eq!(told(Errno::TimedOut), (10060, "WSAETIMEDOUT"));
        assert_eq!(told(Errno::ConnectionRefused), (10061, "WSAECONNREFUSED"));
        for errno in Errno::ALL {
            assert_eq!(errno.name(System::Windows), format!("WSA{}", errno.name(System::LinuxBefore65)));
        }
    }
}
