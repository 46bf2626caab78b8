//! The page in the browser: starts the views in `#app`.

fn main() {
    gloo::utils::document().set_title("SMTP Explainer");
}
