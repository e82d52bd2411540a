# The Homebrew formula; the release workflow fills in version and checksums and attaches it to the release as
# `kextpolicy.rb`. Then: brew install ./kextpolicy.rb
class Kextpolicy < Formula
  desc "Render, lint and diagnose approval profiles for macOS extensions"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    url "@REPOSITORY@/releases/download/v@VERSION@/kextpolicy-macos-universal"
    sha256 "@SHA256_kextpolicy-macos-universal@"
  end

  on_linux do
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/kextpolicy-linux-x86_64"
      sha256 "@SHA256_kextpolicy-linux-x86_64@"
    end
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/kextpolicy-linux-aarch64"
      sha256 "@SHA256_kextpolicy-linux-aarch64@"
    end
  end

  def install
    bin.install Dir["kextpolicy-*"].first => "kextpolicy"
    # A download is not executable, and the next lines run it.
    chmod 0755, bin/"kextpolicy"
    generate_completions_from_executable(bin/"kextpolicy", "completions")
    system bin/"kextpolicy", "man", "--out-dir", buildpath/"man"
    man1.install Dir["man/*.1"]
  end

  test do
    system bin/"kextpolicy", "init", "policy.yaml"
    system bin/"kextpolicy", "render", "policy.yaml", "--target", "jamf", "--out-dir", "out"
  end
end
