#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace scanlogin {

// The claims (domain/login/claim.h) of this process that Redis, being out of reach, could neither
// grant for certain nor take back. Nobody exchanges a code under one of them, so the next poll need
// not wait until its life is over. Thread-safe.
class UncertainClaims {
 public:
  struct Owners {
    std::string left;  // who may still hold the claim in Redis; empty: nobody of this process
    // Who asks for it next: a new name, since a command sent under `left` may still arrive.
    std::string next;
  };

  // What was left for the uuid, and is the caller's now; otherwise a new owner.
  Owners take(const std::string& uuid);
  // The question whether `owners.next` has the claim got no answer: to be asked once more. life: of
  // the claim; it is forgotten after that.
  void put(const std::string& uuid, Owners owners, std::chrono::milliseconds life);
  // The owner is done with the claim, and could not say so.
  void leave(const std::string& uuid, std::string owner, std::chrono::milliseconds life);

 private:
  struct Left {
    Owners owners;
    std::chrono::steady_clock::time_point until;
  };
  static std::string new_owner();

  std::mutex mutex_;
  std::unordered_map<std::string, Left> left_;
};

}  // namespace scanlogin
