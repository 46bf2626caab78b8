//! Browser and client tests.
