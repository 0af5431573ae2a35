#include "base/key_settings.h"

#include <set>

#include "base/text.h"

namespace scanlogin {
namespace {

constexpr std::size_t kShortestSecret = 32;

std::vector<std::string> read_secrets(SettingsReader& settings) {
  std::vector<std::string> secrets{settings.secret("SECRET_KEY")};
  settings.require("SECRET_KEY", secrets.front(), "it signs the tokens, 32 random bytes or more");
  if (!secrets.front().empty() && secrets.front().size() < kShortestSecret) {
    settings.fault("SECRET_KEY", "has fewer than 32 bytes");
  }
  const std::string older = settings.secret("SECRET_KEY_FALLBACKS");
  for (const std::string_view secret : split(older, ",")) {
    if (secret.size() < kShortestSecret) {
      settings.fault("SECRET_KEY_FALLBACKS", "lists a key with fewer than 32 bytes");
    }
    secrets.emplace_back(secret);
  }
  return secrets;
}

// Reads key files, each key once.
class KeyFiles {
 public:
  explicit KeyFiles(SettingsReader& settings) : settings_(settings) {}

  std::optional<AsymmetricKey> read(const char* name, const std::string& path,
                                    AsymmetricKey::Half half) {
    const std::optional<std::string> pem = settings_.file(name, path);
    if (!pem) return std::nullopt;
    auto key = AsymmetricKey::from_pem(*pem, half);
    if (const auto* fault = std::get_if<std::string>(&key)) {
      settings_.fault(name, "names a file " + *fault + ": " + path);
      return std::nullopt;
    }
    if (!seen_.insert(std::get<AsymmetricKey>(key).thumbprint()).second) {
      settings_.fault(name, "names a file with a key that is there already: " + path);
      return std::nullopt;
    }
    return std::get<AsymmetricKey>(std::move(key));
  }

 private:
  SettingsReader& settings_;
  std::set<std::string> seen_;
};

}  // namespace

KeyRing read_keys(SettingsReader& settings) {
  std::vector<std::string> secrets = read_secrets(settings);
  KeyFiles files(settings);
  std::optional<AsymmetricKey> signing;
  const std::string signing_file = settings.text("SIGNING_KEY_FILE", "");
  if (!signing_file.empty()) {
    signing = files.read("SIGNING_KEY_FILE", signing_file, AsymmetricKey::Half::private_key);
  }
  std::vector<AsymmetricKey> verifying;
  const std::string paths = settings.text("VERIFY_KEY_FILES", "");
  for (const std::string_view path : split(paths, ",")) {
    auto key = files.read("VERIFY_KEY_FILES", std::string(path), AsymmetricKey::Half::public_key);
    if (key) verifying.push_back(std::move(*key));
  }
  return KeyRing(std::move(secrets), std::move(signing), std::move(verifying));
}

}  // namespace scanlogin
