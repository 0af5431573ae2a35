#include "api/account_api.h"

#include "api/confirmation.h"
#include "api/request_token.h"

namespace scanlogin {

Response outcome_response(AccountOutcome outcome, std::string_view done) {
  switch (outcome) {
    case AccountOutcome::done:
      return message_response(200, 200, done);
    case AccountOutcome::not_found:
      return not_found("身份不存在");
    case AccountOutcome::last_identity:
      return message_response(409, "last-identity", "不能解绑最后一个登录方式");
    case AccountOutcome::gone:
      return denied(Denial::unknown);
    case AccountOutcome::forbidden:
      return forbidden();
    case AccountOutcome::unconfirmed:
      return invalid("confirm");
    case AccountOutcome::referenced:
      return message_response(409, "in-use", "账号被其他数据引用，不能注销");
  }
  return service_unavailable();
}

}  // namespace scanlogin
