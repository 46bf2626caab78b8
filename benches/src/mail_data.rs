//! Mail data. Ours is handed out as ranges of what came; the peer copies it, which is how its receiver works.

use std::hint::black_box;
use std::rc::Rc;

use smtp_explainer::smtp::data::{Decoder, EndOfData};
use smtp_proto::request::receiver::DataReceiver;

use crate::inputs::mail_data;
use crate::{Goals, Work};

pub(crate) fn works() -> Vec<Work> {
    let large: Rc<[u8]> = mail_data(64 << 20).into();
    let small: Rc<[u8]> = mail_data(4 * 1024).into();
    vec![
        body("take 64 MB of mail data at once", &large, usize::MAX),
        body("take 64 MB in pieces of 16 KB", &large, 16 * 1024),
        body("take 64 MB in pieces of 1460", &large, 1460),
        body("take 4 KB at once", &small, usize::MAX),
        body("take 4 KB in pieces of 100", &small, 100),
    ]
}

fn body(name: &'static str, data: &Rc<[u8]>, piece: usize) -> Work {
    let (data, same) = (Rc::clone(data), Rc::clone(data));
    let piece = piece.min(data.len());
    Work {
        name,
        peer: "smtp-proto",
        goals: Goals { of_peer: 1.0, allocations: Some(0), in_wasm: None },
        ours: Box::new(move || {
            let mut decoder = Decoder::new(EndOfData::Strict);
            let mut taken = 0;
            for chunk in black_box(&*data).chunks(piece) {
                decoder.feed(chunk, |range| taken += black_box(range.octets).len());
            }
            taken
        }),
        theirs: Box::new(move || {
            let mut receiver = DataReceiver::new();
            let mut copy = Vec::new();
            for chunk in black_box(&*same).chunks(piece) {
                black_box(receiver.ingest(&mut chunk.iter(), &mut copy));
            }
            black_box(copy).len()
        }),
    }
}
