"""What every route answers to every way to ask and every kind of visitor; `test_access_matrix.py` holds it."""

from dataclasses import dataclass

from tests.certdash.visitors import PEOPLE, patterns

# Answers by visitor, in the order of PEOPLE. `in`: to the log-in page. `away`: a redirect that says that it was done,
# or leads to where the visitor belongs. 422: the form came back with what is wrong. One answer alone is everybody's.
MATRIX = """
route                    ask   anonymous stranger manager app_owner customer_admin platform_manager platform_admin
healthz                  GET   200
healthz                  POST  405
log_in                   GET   200       away     away    away      away           away             away
log_in                   POST  200       away     away    away      away           away             away
log_out                  GET   405
log_out                  POST  away
welcome                  GET   away
welcome                  POST  away
invitation               GET   200
invitation               POST  422
styleguide               GET   404
styleguide               POST  405

overview                 GET   in        200      200     200       200            200              200
overview                 POST  405
risk_report              GET   in        200      200     200       200            200              200
risk_report              POST  405
customer_risk_report     GET   in        404      200     200       200            200              200
customer_risk_report     POST  405
search                   GET   in        200      200     200       200            200              200
search                   POST  405
findings                 GET   in        200      200     200       200            200              200
findings                 POST  405
findings_help            GET   in        200      200     200       200            200              200
findings_help            POST  405
activity                 GET   in        200      200     200       200            200              200
activity                 POST  405
settings                 GET   in        200      200     200       200            200              200
settings                 POST  405
progress                 GET   in        404      404     404       200            404              404
progress                 POST  405
saved_filter_new         GET   in        200      200     200       200            200              200
saved_filter_new         POST  in        422      422     422       422            422              422
saved_filter_edit        GET   in        404      404     404       200            404              404
saved_filter_edit        POST  in        404      404     404       422            404              404
saved_filter_update      GET   405
saved_filter_update      POST  in        404      404     404       away           404              404
saved_filter_delete      GET   in        404      404     404       200            404              404
saved_filter_delete      POST  in        404      404     404       away           404              404
columns_keep             GET   405
columns_keep             POST  in        away     away    away      away           away             away

environments             GET   in        200      200     200       200            200              200
environments             POST  405
environment              GET   in        404      200     200       200            200              200
environment              POST  405
environment_new          GET   in        200      403     403       200            403              200
environment_new          POST  in        422      403     403       422            403              422
environments_import      GET   in        200      403     403       200            403              200
environments_import      POST  in        422      403     403       422            403              422
environments_probe       GET   405
environments_probe       POST  in        away     403     away      away           403              away
environment_probe        GET   405
environment_probe        POST  in        404      403     away      away           403              away
environment_edit         GET   in        404      403     403       200            403              200
environment_edit         POST  in        404      403     403       422            403              422
environment_archive      GET   in        404      403     403       200            403              200
environment_archive      POST  in        404      403     403       away           403              away
endpoint_new             GET   in        404      403     403       200            403              200
endpoint_new             POST  in        404      403     403       422            403              422
endpoint_edit            GET   in        404      403     403       200            403              200
endpoint_edit            POST  in        404      403     403       422            403              422
endpoint_archive         GET   in        404      403     403       200            403              200
endpoint_archive         POST  in        404      403     403       away           403              away

apps                     GET   in        200      200     200       200            200              200
apps                     POST  405
app                      GET   in        404      200     200       200            200              200
app                      POST  405
verdict                  GET   in        404      200     200       200            200              200
verdict                  POST  405
move                     GET   in        404      200     200       200            200              200
move                     POST  405
corrected                GET   in        404      200     200       200            200              200
corrected                POST  405
owner_question           GET   in        404      403     403       200            403              200
owner_question           POST  in        404      403     403       422            403              422
corrected_files          GET   in        404      200     200       200            200              200
corrected_files          POST  405
upload                   GET   in        404      403     200       200            403              200
upload                   POST  in        404      403     422       422            403              422
app_new                  GET   in        200      403     200       200            403              200
app_new                  POST  in        200      403     200       200            403              200
app_edit                 GET   in        404      403     200       200            403              200
app_edit                 POST  in        404      403     422       422            403              422
app_archive              GET   in        404      403     200       200            403              200
app_archive              POST  in        404      403     away      away           403              away
release_new              GET   in        404      403     200       200            403              200
release_new              POST  in        404      403     422       422            403              422
release_edit             GET   in        404      403     200       200            403              200
release_edit             POST  in        404      403     422       422            403              422

rotations                GET   in        200      200     200       200            200              200
rotations                POST  405
rotation                 GET   in        404      200     200       200            200              200
rotation                 POST  405
rotation_edit            GET   in        404      403     403       200            403              200
rotation_edit            POST  in        404      403     403       422            403              422
rotation_cancel          GET   in        404      403     403       200            403              200
rotation_cancel          POST  in        404      403     403       422            403              422
successor_new            GET   in        404      403     403       200            403              200
successor_new            POST  in        404      403     403       422            403              422
successor_withdraw       GET   in        404      403     403       200            403              200
successor_withdraw       POST  in        404      403     403       away           403              away
simulate                 GET   in        200      200     200       200            200              200
simulate                 POST  in        422      422     422       422            422              422
scenario_keep            GET   405
scenario_keep            POST  in        404      403     403       422            403              422
scenario_withdraw        GET   in        404      403     403       200            403              200
scenario_withdraw        POST  in        404      403     403       away           403              away
acknowledge              GET   in        404      403     200       200            403              200
acknowledge              POST  in        404      403     422       422            403              422
acknowledgement_withdraw GET   in        404      403     200       200            403              200
acknowledgement_withdraw POST  in        404      403     away      away           403              away
certificates             GET   in        200      200     200       200            200              200
certificates             POST  405
certificate              GET   in        404      200     200       200            200              200
certificate              POST  405

archived                 GET   in        200      403     200       200            403              200
archived                 POST  405
customers                GET   in        403      403     403       403            200              200
customers                POST  405
customer_new             GET   in        403      403     403       403            403              200
customer_new             POST  in        403      403     403       403            403              422
customer_edit            GET   in        403      403     403       403            403              200
customer_edit            POST  in        403      403     403       403            403              422
customer_archive         GET   in        403      403     403       403            403              200
customer_archive         POST  in        403      403     403       403            403              away
platform_domains         GET   in        403      403     403       403            200              200
platform_domains         POST  405
platform_domain_new      GET   in        403      403     403       403            403              200
platform_domain_new      POST  in        403      403     403       403            403              422
platform_domain_edit     GET   in        403      403     403       403            403              200
platform_domain_edit     POST  in        403      403     403       403            403              422
platform_domain_archive  GET   in        403      403     403       403            403              200
platform_domain_archive  POST  in        403      403     403       403            403              away
trust_stores             GET   in        403      403     403       403            200              200
trust_stores             POST  405
trust_store_new          GET   in        403      403     403       403            403              200
trust_store_new          POST  in        403      403     403       403            403              422
trust_store_edit         GET   in        403      403     403       403            403              200
trust_store_edit         POST  in        403      403     403       403            403              422
trust_store_archive      GET   in        403      403     403       403            403              200
trust_store_archive      POST  in        403      403     403       403            403              away
backup_keys              GET   in        200      200     200       200            200              200
backup_keys              POST  405
backup_key_new           GET   in        200      403     403       200            403              200
backup_key_new           POST  in        422      403     403       422            403              422
backup_key_archive       GET   in        404      403     403       200            403              200
backup_key_archive       POST  in        404      403     403       away           403              away
members                  GET   in        200      200     200       200            200              200
members                  POST  405
member_new               GET   in        200      403     403       200            403              200
member_new               POST  in        422      403     403       422            403              422
member_edit              GET   in        404      404     404       200            404              200
member_edit              POST  in        404      404     404       422            404              422
member_link              GET   in        404      404     404       200            404              200
member_link              POST  in        404      404     404       200            404              200
member_archive           GET   in        404      404     404       200            404              200
member_archive           POST  in        404      404     404       away           404              away
channels                 GET   in        200      200     200       200            200              200
channels                 POST  405
channel                  GET   in        404      404     404       200            404              200
channel                  POST  405
channel_new              GET   in        200      200     200       200            200              200
channel_new              POST  in        422      422     422       422            422              422
channel_edit             GET   in        404      404     404       200            404              200
channel_edit             POST  in        404      404     404       422            404              422
channel_test             GET   405
channel_test             POST  in        404      404     404       away           404              away
channel_archive          GET   in        404      404     404       200            404              200
channel_archive          POST  in        404      404     404       away           404              away
preferences              GET   in        200      200     200       200            200              200
preferences              POST  405
platform_notices         GET   in        403      403     403       403            403              200
platform_notices         POST  in        403      403     403       403            403              away
customer_notices         GET   in        404      403     403       200            403              200
customer_notices         POST  in        404      403     403       away           403              away
calendar                 GET   in        200      200     200       200            200              200
calendar                 POST  405
calendar_make            GET   405
calendar_make            POST  in        200      200     200       200            200              200
calendar_revoke          GET   405
calendar_revoke          POST  in        away     away    away      away           away             away
calendar_feed            GET   200
calendar_feed            POST  405
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What each visitor gets for one route and one way to ask."""

    route: str
    ask: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.ask} {self.route}"


def rows_of(matrix: str) -> list[Row]:
    found = []
    for line in filter(None, matrix.strip().splitlines()[1:]):
        route, ask, *answers = line.split()
        each = answers * len(PEOPLE) if len(answers) == 1 else answers
        found.append(Row(route, ask, dict(zip(PEOPLE, each, strict=True))))
    return found


ROWS = rows_of(MATRIX)
ROUTES = sorted(patterns())
