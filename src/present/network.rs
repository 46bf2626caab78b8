//! The picture of the network at one step: who stands where, which lanes are shut, where the packet is.

use std::net::{IpAddr, SocketAddr};

use crate::gather::Gather as _;
use crate::knowledge::{Knowledge, Text};
use crate::network::{Decision, Purpose, Verdict};
use crate::present::rows;
use crate::present::view::{GateLane, HostBox, NetworkPicture, OtherLeg, Packet, Place, Road};
use crate::simulation::choices::{Op25b, Place as ClientPlace};
use crate::simulation::world::{Host, Stands};
use crate::simulation::{Simulation, World};
use crate::transcript::{Detail, Event, Kind, Phase, Side};

/// The ports that have a lane at the gate.
const LANES: [u16; 3] = [25, 465, 587];

/// The picture at the event with this index.
pub(super) fn picture(run: &Simulation, world: &World, at: usize, k: &Knowledge) -> NetworkPicture {
    let resolved = run.setup().resolved;
    let event = run.transcript().events().get(at);
    let hosts = Hosts::of(run, world);
    let road = event.and_then(|event| road(run, &hosts, event));
    let inside = match resolved.network {
        _ if run.scenario().host.is_some() => Text::Outside,
        ClientPlace::HomeDynamic => Text::InsideDynamic,
        ClientPlace::HomeStatic => Text::InsideStatic,
        ClientPlace::Provider => Text::InsideProvider,
        ClientPlace::Virtual => Text::InsideVirtual,
        ClientPlace::Cloud => Text::InsideCloud,
    };
    let used = road.as_ref().and_then(|road| road.lane);
    let lanes: Vec<GateLane> = LANES
        .into_iter()
        .map(|port| GateLane { port, shut: shut(run, &hosts, port), used: used == Some(port) })
        .gather();
    let other_leg = event.and_then(|event| other_leg(run, &hosts, event, k));
    NetworkPicture {
        scene: event.map_or(0, scene),
        description: description(run, &hosts, road.as_ref(), &lanes, k),
        inside: k.say(inside),
        outside: k.say(Text::Outside),
        relay_outside: resolved.network == ClientPlace::Virtual,
        gate: k.say(if resolved.op25b == Op25b::Off { Text::Gate } else { Text::GateOp25b }),
        lanes,
        hosts: hosts.boxes(run, road.as_ref(), k),
        remark: other_leg.as_ref().filter(|leg| leg.to == Place::Mx).map(|_| k.say(Text::RemarkRelay)),
        other_leg,
        road,
    }
}

/// The number of the picture that an event has: road, hosts and legs follow from the connection alone.
pub(super) fn scene(event: &Event) -> u32 {
    u32::from(event.leg) << 16 | u32::from(event.attempt)
}

/// Which host is which part of the picture in this run.
struct Hosts<'a> {
    client: IpAddr,
    own: Option<&'a Host>,
    other: Option<&'a Host>,
    mx: Option<&'a Host>,
}

impl<'a> Hosts<'a> {
    fn of(run: &Simulation, world: &'a World) -> Self {
        let resolved = run.setup().resolved;
        let own = world.client(resolved.network).and_then(|client| world.host(&client.own));
        let other = world.hosts.iter().find(|host| host.stands == Stands::OtherMsa);
        // The MX of the picture is the one the run reaches, or tries to; before it does, the first recipient's.
        let mut reached = None;
        for event in run.transcript().events() {
            if let Some(Detail::Syn(syn)) = run.transcript().detail(event) {
                reached = world.host_at(syn.to.ip()).filter(|host| host.stands == Stands::Mx).or(reached);
            }
        }
        let domain = run.scenario().recipients.first().and_then(|path| path.rsplit_once('@')).map(|(_, domain)| domain);
        let delivers = |host: &&Host| {
            host.stands == Stands::Mx
                && domain.is_some_and(|domain| host.server.local_domains.iter().any(|local| local == domain))
        };
        let mx = reached.or_else(|| world.hosts.iter().find(delivers));
        Self { client: run.setup().client.address, own, other, mx }
    }

    /// The part of the picture that has this address.
    fn place(&self, address: IpAddr) -> Option<Place> {
        let is = |host: Option<&Host>| host.is_some_and(|host| host.address == address);
        match address {
            _ if address == self.client => Some(Place::Client),
            _ if is(self.own) => Some(Place::OwnRelay),
            _ if is(self.other) => Some(Place::OtherMsa),
            _ if is(self.mx) => Some(Place::Mx),
            _ => None,
        }
    }

    fn boxes(&self, run: &Simulation, road: Option<&Road>, k: &Knowledge) -> Vec<HostBox> {
        let resolved = run.setup().resolved;
        let lit = |place| road.is_some_and(|road| road.from == place || road.to == place);
        let client = HostBox {
            place: Place::Client,
            name: k.say(client_name(run)),
            address: self.client.to_string(),
            doors: Vec::new(),
            lit: lit(Place::Client),
            cut_off: false,
        };
        let mut boxes = vec![client];
        let servers = [
            (Place::OwnRelay, self.own, Text::HostOwnRelay),
            (Place::OtherMsa, self.other, Text::HostOtherMsa),
            (Place::Mx, self.mx, Text::HostMx),
        ];
        for (place, host, title) in servers {
            let Some(host) = host else { continue };
            let in_use = road.filter(|road| road.to == place).map(|_| port_of(run, road));
            let cut_off = blocked(run, SocketAddr::new(host.address, resolved.port.number()));
            boxes.push(HostBox {
                place,
                name: k.say(title),
                address: host.name.clone(),
                doors: run.setup().doors(&host.name).map(|port| (port, in_use == Some(Some(port)))).gather(),
                lit: lit(place),
                cut_off,
            });
        }
        boxes
    }

    fn name<'n>(&'n self, place: Place, run: &'n Simulation) -> &'n str {
        let host = match place {
            Place::Client => return &run.setup().client.name,
            Place::OwnRelay => self.own,
            Place::OtherMsa => self.other,
            Place::Mx => self.mx,
        };
        host.map_or("", |host| &host.name)
    }
}

fn client_name(run: &Simulation) -> Text {
    let queues = run.setup().client_queues;
    match run.setup().resolved.network {
        ClientPlace::Provider => Text::HostProviderServer,
        ClientPlace::Cloud => Text::HostCloudServer,
        _ if queues => Text::HostHomeServer,
        _ if run.setup().client_is_bot => Text::HostBot,
        _ => Text::HostLaptop,
    }
}

/// Does a rule stop the client on its way there?
fn blocked(run: &Simulation, to: SocketAddr) -> bool {
    let setup = run.setup();
    let fate = setup.network.decide(setup.client.address, to);
    fate.verdict != Verdict::Pass && !is_beyond(run, fate)
}

/// Does it happen at the receiver's edge, beyond the gate?
fn is_beyond(run: &Simulation, fate: Decision) -> bool {
    let rule = fate.rule.and_then(|number| run.setup().network.rules.get(usize::from(number)));
    rule.is_some_and(|rule| rule.purpose == Purpose::Ip25b)
}

/// Is the lane shut for the client, whether or not it tries?
fn shut(run: &Simulation, hosts: &Hosts<'_>, port: u16) -> bool {
    let outside = [hosts.mx, hosts.other];
    outside.iter().flatten().any(|host| blocked(run, SocketAddr::new(host.address, port)))
}

/// The server that an event's connection leads to: where it was opened to, and the port.
pub(super) fn peer(run: &Simulation, event: &Event) -> Option<(IpAddr, u16)> {
    let transcript = run.transcript();
    let same = transcript.events().iter().filter(|other| other.leg == event.leg && other.attempt == event.attempt);
    let mut peer = None;
    for other in same {
        match transcript.detail(other) {
            Some(Detail::Connected(ends)) => return Some((ends.to.ip(), ends.to.port())),
            Some(Detail::Syn(syn)) => peer = Some((syn.to.ip(), syn.to.port())),
            _ => {}
        }
    }
    peer
}

/// The name of the server that an event's connection leads to.
pub(super) fn peer_host(run: &Simulation, event: &Event) -> Option<String> {
    let (address, _) = peer(run, event)?;
    run.setup().host_name(address).map(str::to_owned)
}

/// The address that an event's connection comes from.
fn origin(run: &Simulation, event: &Event) -> Option<IpAddr> {
    let transcript = run.transcript();
    let mut same = transcript.events().iter().filter(|other| other.leg == event.leg);
    same.find_map(|other| match transcript.detail(other) {
        Some(Detail::Syn(syn)) => Some(syn.from.ip()),
        _ => None,
    })
}

/// Client and server of an event's leg, by name.
pub(super) fn ends(run: &Simulation, event: &Event) -> (String, String) {
    let setup = run.setup();
    let from = origin(run, event).unwrap_or(setup.client.address);
    let name = if from == setup.client.address {
        setup.client.name.clone()
    } else {
        setup.host_name(from).map_or_else(|| from.to_string(), str::to_owned)
    };
    let to = peer(run, event).map(|(address, _)| address);
    let to = to.map(|to| setup.host_name(to).map_or_else(|| to.to_string(), str::to_owned));
    (name, to.unwrap_or_default())
}

fn road(run: &Simulation, hosts: &Hosts<'_>, event: &Event) -> Option<Road> {
    let (to, port) = peer(run, event)?;
    let from = hosts.place(origin(run, event)?)?;
    let place = hosts.place(to)?;
    if from == place {
        return None;
    }
    let lane = lane(run, from, place, port);
    let syns =
        run.transcript().events().iter().filter(|other| other.leg == event.leg && other.attempt == event.attempt);
    let mut blocked = syns.filter_map(|other| match run.transcript().detail(other) {
        Some(Detail::Syn(syn)) => Some(syn.fate),
        _ => None,
    });
    let blocked = blocked
        .next_back()
        .is_some_and(|fate| !matches!(fate.verdict, Verdict::Pass | Verdict::Redirect(_)) && !is_beyond(run, fate));
    Some(Road { from, to: place, lane, blocked })
}

/// The lane of the gate that leads from one host to another.
fn lane(run: &Simulation, from: Place, to: Place, port: u16) -> Option<u16> {
    let network = run.setup().resolved.network;
    // The provider's own servers leave by a lane of their own; its relay stands before the gate, unless the provider
    // is a virtual one, whose relay stands outside the carrier's network.
    let inside = to == Place::OwnRelay && network != ClientPlace::Virtual;
    let own_lane = matches!(network, ClientPlace::Provider) || run.scenario().host.is_some();
    (from == Place::Client && !inside && !own_lane && LANES.contains(&port)).then_some(port)
}

fn port_of(run: &Simulation, road: Option<&Road>) -> Option<u16> {
    let road = road?;
    road.lane.or_else(|| match road.from {
        Place::Client => Some(run.setup().resolved.port.number()),
        _ => Some(25),
    })
}

/// What is on the road at this event.
pub(super) fn packet(run: &Simulation, event: &Event) -> Option<Packet> {
    let lane = rows::lane(event);
    let label = match event.kind {
        Kind::Syn => "SYN".to_owned(),
        Kind::Reset => "RST".to_owned(),
        Kind::Icmp => "ICMP".to_owned(),
        Kind::Connected => "SYN-ACK".to_owned(),
        Kind::Tls => "TLS".to_owned(),
        Kind::Command(verb) => verb.name().to_owned(),
        Kind::SaslResponse => "AUTH".to_owned(),
        Kind::Message => "DATA".to_owned(),
        Kind::Reply(code) => code.to_string(),
        Kind::Closed => "FIN".to_owned(),
        Kind::LookUp
        | Kind::ConnectFailed
        | Kind::Noise
        | Kind::GaveUp
        | Kind::Queue
        | Kind::Finding
        | Kind::Outcome => return None,
    };
    let lost = rows::tone(run, event) == crate::present::view::Tone::Bad && event.kind == Kind::Syn;
    let forward = event.side == Side::Client || event.kind == Kind::Tls;
    Some(Packet { label, lane, forward, lost })
}

/// The leg that is not under way at this event: the relay to come, or the first one that is past.
fn other_leg(run: &Simulation, hosts: &Hosts<'_>, event: &Event, k: &Knowledge) -> Option<OtherLeg> {
    let events = run.transcript().events();
    let wanted = if event.leg == 1 { 2 } else { 1 };
    let other = events
        .iter()
        .find(|other| other.leg == wanted && other.phase != Phase::Outcome && peer(run, other).is_some())?;
    let (to, port) = peer(run, other)?;
    let (from, to) = (hosts.place(origin(run, other)?)?, hosts.place(to)?);
    let label = if wanted == 2 { Text::LegRelay } else { Text::LegFirst };
    let label = k.fill(label, &[("port", &port.to_string())]);
    let lane = lane(run, from, to, port);
    (from != to).then_some(OtherLeg { from, to, lane, label, past: wanted < event.leg })
}

fn description(run: &Simulation, hosts: &Hosts<'_>, road: Option<&Road>, lanes: &[GateLane], k: &Knowledge) -> String {
    let mut sentences = Vec::new();
    if let Some(road) = road {
        let port = port_of(run, Some(road)).unwrap_or(25).to_string();
        let (from, to) = (hosts.name(road.from, run), hosts.name(road.to, run));
        let values = [("from", from), ("to", to), ("port", port.as_str())];
        let text = if road.blocked { Text::DescribeBlocked } else { Text::DescribeRoad };
        sentences.push(k.fill(text, &values));
    }
    let shut: Vec<String> = lanes.iter().filter(|lane| lane.shut).map(|lane| lane.port.to_string()).gather();
    sentences.push(if shut.is_empty() {
        k.say(Text::DescribeOpen)
    } else {
        k.fill(Text::DescribeShut, &[("port", &shut.join(", "))])
    });
    sentences.join(" ")
}
