//! The plain structs that a page, a terminal or a test draws.
//!
//! They hold words in the reader's language and nothing that would have to be computed again: no SMTP, no clause
//! arithmetic, no time arithmetic. Whoever draws them needs to know nothing about mail.

use std::sync::Arc;

/// How something ended or stands, for colour and sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tone {
    /// Mail arrived, a door is open.
    Good,
    /// Refused, blocked, lost.
    Bad,
    /// Waiting: deferred, queued, retried.
    Wait,
    /// Neither.
    #[default]
    Plain,
}

/// Which end or layer a line of the transcript belongs to. Decides colour and the short label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The SMTP client's octets.
    Client,
    /// The SMTP server's octets.
    Server,
    /// TCP segments and their loss.
    Tcp,
    /// The TLS handshake.
    Tls,
    /// A DNS question with its answer.
    Dns,
    /// What a queue or a policy decided.
    Note,
}

/// Everything the Watch room draws for one run at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// The situation bar. It is the run's, not the step's, and so are the rows: a step shares them with the next.
    pub bar: Arc<Bar>,
    /// The picture of the network, which changes only with the connection.
    pub network: Arc<NetworkPicture>,
    /// The packet of the current event, on the picture's road.
    pub packet: Option<Packet>,
    /// The transcript, headings and rows in order.
    pub rows: Arc<[Row]>,
    /// The explanation of the current event.
    pub step: Arc<Step>,
    /// The scrubber and its figures.
    pub transport: Transport,
}

/// Situations that are listed together.
#[derive(Clone, Debug, PartialEq)]
pub struct Situations {
    /// "Port 25, 465 or 587".
    pub heading: String,
    /// Id and title of each.
    pub list: Vec<(String, String)>,
}

/// The controls that shape a situation.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Every built-in situation, in the order of `list`.
    pub situations: Vec<Situations>,
    /// The id of the one shown.
    pub situation: String,
    /// Controls always shown: port, op25b, tls, auth.
    pub controls: Vec<Control>,
    /// Controls behind "More": network, destination, action of the block, client, sender, recipients, ….
    pub more: Vec<Control>,
    /// The outcome in a word or two, such as "Never connected."
    pub verdict: String,
    /// Its colour.
    pub tone: Tone,
    /// One sentence: what this situation or the last change leads to.
    pub said: String,
    /// The situation that usefully comes next: its link fragment and its title.
    pub next: Option<(String, String)>,
}

/// One control of the situation bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// The key of `simulation::Choices` or of the scenario's field, as in links: `port`, `op25b`, `sender`, ….
    pub key: String,
    /// Its label in the reader's language.
    pub label: String,
    /// What can be chosen.
    pub kind: ControlKind,
}

/// How a control is worked.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlKind {
    /// A segmented switch with few values.
    Switch(Vec<Choice>),
    /// A drop-down list.
    List(Vec<Choice>),
    /// Free text; a wrong value leaves the last good run and says what is wrong.
    Text {
        /// The current text.
        value: String,
        /// What is wrong with what was typed last, if anything.
        error: Option<String>,
        /// More than one line (the body)?
        multiline: bool,
    },
}

/// One value of a control.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The value as in links and on the command line.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// Is it the one in force (what `auto` came to, where nothing was chosen)?
    pub on: bool,
}

/// The picture of the network. Positions are the view's; this says what stands where and what is lit.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkPicture {
    /// Which connection of the run it shows; the same one has the same picture.
    pub scene: u32,
    /// The text alternative: one or two sentences that say all the picture says.
    pub description: String,
    /// The title of the left ground, such as "Your provider's network, dynamic address".
    pub inside: String,
    /// The title of the right ground.
    pub outside: String,
    /// The title of the gate, such as "edge · OP25B" or "edge".
    pub gate: String,
    /// Does the provider's own relay stand beyond the gate? So it does for a virtual provider, whose customers come from
    /// another carrier's network.
    pub relay_outside: bool,
    /// The gate's lanes, ports 25, 465 and 587 in this order.
    pub lanes: Vec<GateLane>,
    /// The hosts.
    pub hosts: Vec<HostBox>,
    /// The road from host to host that the current leg takes, as far as it has come.
    pub road: Option<Road>,
    /// A leg that is yet to come or is past, drawn dashed, with its label ("relay, 25").
    pub other_leg: Option<OtherLeg>,
    /// A remark under the picture ("leg 2: server to server on 25, from a network OP25B does not touch").
    pub remark: Option<String>,
}

/// One lane of the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateLane {
    /// The destination port: 25, 465 or 587.
    pub port: u16,
    /// Is the barrier down for the client of this scenario, whether or not it tries?
    pub shut: bool,
    /// Does the current leg use it?
    pub used: bool,
}

/// Where a host stands in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The client, left, inside its access network (or outside, where the network is not the provider's).
    Client,
    /// The access provider's own relay and MSA, before the gate.
    OwnRelay,
    /// The other provider's MSA, beyond the gate.
    OtherMsa,
    /// The recipient's MX, far right.
    Mx,
}

/// One host.
#[derive(Clone, Debug, PartialEq)]
pub struct HostBox {
    /// Where it stands.
    pub place: Place,
    /// Its role in words: "Your laptop · MUA".
    pub name: String,
    /// Host name or address, in monospace.
    pub address: String,
    /// The ports it listens on; `true` for the one in use on the current leg.
    pub doors: Vec<(u16, bool)>,
    /// Is it one of the two ends of the current leg?
    pub lit: bool,
    /// Can it not be reached under the present policy from the client on the chosen port?
    pub cut_off: bool,
}

/// The lit road of the current leg.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// From which host.
    pub from: Place,
    /// To which host. A road from `OwnRelay` to `Mx` leaves by a lane of its own, not by the gate.
    pub to: Place,
    /// Through which lane of the gate, where it passes it.
    pub lane: Option<u16>,
    /// Does it end at the barrier?
    pub blocked: bool,
}

/// The packet on the road.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// A short label such as `SYN`, `MAIL`, `250`, `TLS`.
    pub label: String,
    /// Its colour.
    pub lane: Lane,
    /// `true` when it travels from the client's side to the server's.
    pub forward: bool,
    /// Does it die at the barrier?
    pub lost: bool,
}

/// A leg that is not the current one.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherLeg {
    /// From which host.
    pub from: Place,
    /// To which host.
    pub to: Place,
    /// Through which lane of the gate, where it passes it.
    pub lane: Option<u16>,
    /// "relay, 25".
    pub label: String,
    /// Is it already past?
    pub past: bool,
}

/// One row of the transcript list.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A phase begins.
    Heading(String),
    /// An event, or several like ones folded.
    Event(EventRow),
}

/// One event of the transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// The step this row stands for, from 0. A folded row stands for the steps `step..=last`.
    pub step: usize,
    /// The last step it stands for.
    pub last: usize,
    /// Virtual time, such as `0.322`.
    pub time: String,
    /// Side or layer.
    pub lane: Lane,
    /// The text, line by line. Monospace for client and server, prose for the rest.
    pub lines: Vec<Text>,
    /// Does this row tell of a failure (a lost SYN, a refusal)?
    pub tone: Tone,
    /// The accessible name: "Client: MAIL FROM…", "Server: 250 …", "TCP: …".
    pub name: String,
}

/// A piece of protocol text, safe to show: control and bidi characters are already visible tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum Text {
    /// To be shown as it is.
    Shown(String),
    /// A secret, with the line as it looks veiled (`AUTH PLAIN ••••••••`), as sent, and decoded.
    Veiled {
        /// What to show until it is revealed.
        veiled: String,
        /// The octets as they went over the wire.
        sent: String,
        /// What they mean: `user alice, password correct-horse`.
        decoded: String,
    },
}

/// The explanation of one event.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Step {
    /// One sentence in plain words.
    pub headline: String,
    /// "laptop → submit.example.com · command 5 of 9".
    pub subline: String,
    /// Paragraphs: why it happened.
    pub why: Vec<String>,
    /// The line, token by token; empty for events that are no SMTP line.
    pub anatomy: Vec<Token>,
    /// The retransmission schedule, for TCP events.
    pub schedule: Option<Schedule>,
    /// The rule that met a packet: label and value pairs.
    pub rule: Vec<(String, String)>,
    /// The session's states as chips, in order; the current one marked.
    pub states: Vec<StateChip>,
    /// "The envelope so far": label and values.
    pub envelope: Vec<(String, Vec<String>)>,
    /// The clauses, group by group.
    pub strata: Vec<Stratum>,
    /// What the server could have answered instead: code, when, and what a client must then do.
    pub alternatives: Vec<Alternative>,
    /// A common mistake about this line: the mistake, and what is right.
    pub mistake: Option<(String, String)>,
    /// The outcome, at the last step.
    pub outcome: Option<OutcomeCard>,
    /// One fixed sentence for the live region: "Step 7 of 19. Server: 250 2.1.0 Ok. …".
    pub announcement: String,
}

/// One token of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The octets as text.
    pub text: Text,
    /// What it is, in words: "reverse-path: where failures are reported".
    pub label: String,
    /// Which colour family: 0 verb or code, 1 path or domain, 2 parameter or keyword, 3 text, 4 wrong.
    pub hue: u8,
    /// Its parts, where it has any ("local-part", "domain").
    pub parts: Vec<Token>,
}

/// A time line of SYNs.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// When each SYN is sent, in milliseconds since the first; `true` for the one of the current event.
    pub sent: Vec<(u64, bool)>,
    /// When the attempt ends, in milliseconds since the first SYN.
    pub ends: u64,
    /// The label of that end: `ETIMEDOUT · 131 s`.
    pub ends_label: String,
    /// A remark: whose schedule it is, and that recorded ones run some 2 % late.
    pub remark: String,
    /// The text alternative.
    pub description: String,
}

/// One state of the session.
#[derive(Clone, Debug, PartialEq)]
pub struct StateChip {
    /// Its name in words.
    pub name: String,
    /// The state before this event.
    pub before: bool,
    /// The state after this event.
    pub after: bool,
}

/// The state diagram, derived from what the machine does. It is no part of a step: only who asks for it waits for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    /// State names in words; the index is used by `edges`.
    pub states: Vec<String>,
    /// From, label (verb), to.
    pub edges: Vec<(usize, String, usize)>,
    /// The state after this event.
    pub here: usize,
}

/// A group of clauses under one heading.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Stratum {
    /// Which of the groups it is, the same at every step; below 8.
    pub id: usize,
    /// "The same rule through the generations", "Submission", "The extension", "What the RFCs say", "What is usual".
    pub title: String,
    /// What they say, oldest first.
    pub clauses: Vec<ClauseRow>,
}

/// What one clause says, or several in the same words.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseRow {
    /// Where it stands, oldest first; never empty.
    pub sources: Vec<Citation>,
    /// "MUST", "SHOULD NOT", "MUST/MAY"; empty for a statement of fact.
    pub level: String,
    /// What it says, paraphrased.
    pub note: String,
    /// What changed against the generation before.
    pub changed: Option<String>,
    /// Is it the clause that decided here?
    pub current: bool,
    /// Does it stand for a document, so that it is shown before the reader asks for the whole group? Those that
    /// decided do; where none of a document did, its nearest does.
    pub leads: bool,
    /// The note's language, when it is not the page's (English shown for want of a translation).
    pub lang: Option<String>,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// "RFC 5321", or the name of a practice.
    pub document: String,
    /// "2008", "2006 · submission", "2007 · BCP 134".
    pub dated: String,
    /// "§4.1.1.2"; empty for a practice.
    pub section: String,
    /// The address at the RFC Editor, built from the id; `None` for a practice.
    pub href: Option<String>,
}

/// Another answer that was possible.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// "530 5.7.0".
    pub code: String,
    /// "had you not authenticated".
    pub when: String,
    /// What a client must then do.
    pub then: String,
}

/// The verdict on the whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeCard {
    /// "Never connected", "Delivered", ….
    pub verdict: String,
    /// Its colour.
    pub tone: Tone,
    /// What happened, in one sentence; it may be the one that the situation bar says.
    pub what: String,
    /// Who has the mail now.
    pub who: String,
    /// What the sender's program shows, literally.
    pub shown: Option<String>,
    /// What to change.
    pub change: Option<String>,
    /// Facts: label and value (code, errno, time until the sender knows, next try).
    pub facts: Vec<(String, String)>,
    /// Per recipient: address and what became of it; empty with a single one.
    pub recipients: Vec<(String, String)>,
}

/// The scrubber.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Transport {
    /// The current step, from 0.
    pub step: usize,
    /// How many steps there are; at least 1.
    pub steps: usize,
    /// Virtual time of the current step, such as `0.322 s`.
    pub time: String,
    /// One mark a command or reply: step, and side. Like the phases it is the run's.
    pub marks: Arc<[(usize, Lane, Tone)]>,
    /// The first step of each phase, for jumps by phase.
    pub phases: Arc<[usize]>,
    /// `aria-valuetext`: "Step 7 of 19, Envelope".
    pub value_text: String,
}

/// The Map room: every road at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The client's network: the switch above the table.
    pub network: Control,
    /// Column headings: port and OP25B, in order: 25 off, 25 on, 465 off, 465 on, 587 off, 587 on.
    pub columns: Vec<(u16, String)>,
    /// The rows.
    pub rows: Vec<MapRow>,
    /// One sentence that answers the question of the page.
    pub answer: String,
}

/// One destination of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapRow {
    /// The row heading: "Your provider's own server", ….
    pub name: String,
    /// Its host name.
    pub host: String,
    /// The cells, one a column.
    pub cells: Vec<MapCell>,
}

/// One run of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapCell {
    /// The outcome in a word.
    pub word: String,
    /// Its colour and sign.
    pub tone: Tone,
    /// Code or errno, such as `530 5.7.0`, `ETIMEDOUT`; empty when delivered.
    pub code: String,
    /// How long until the sender knows: `0.41 s`, `131 s`.
    pub after: String,
    /// The link fragment that opens this run in Watch at the event that decided it.
    pub link: String,
    /// The accessible name of the link.
    pub name: String,
}

impl Bar {
    /// The title of the situation shown.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        let all = self.situations.iter().flat_map(|group| &group.list);
        all.into_iter().find(|(id, _)| *id == self.situation).map(|(_, title)| title.as_str())
    }
}

impl Row {
    /// The event, unless it is a heading.
    #[must_use]
    pub const fn event(&self) -> Option<&EventRow> {
        match self {
            Self::Heading(_) => None,
            Self::Event(event) => Some(event),
        }
    }
}

impl Text {
    /// The text as it looks until it is revealed.
    #[must_use]
    pub fn veiled(&self) -> &str {
        match self {
            Self::Shown(text) => text,
            Self::Veiled { veiled, .. } => veiled,
        }
    }
}
