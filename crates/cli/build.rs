//! Compiles the binary anew when the registry changes, also when a file is added, which the compiler cannot see.

fn main() {
    for folder in ["studies", "claims"] {
        println!("cargo::rerun-if-changed=../../{folder}");
    }
}
