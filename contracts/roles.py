"""The roles in which people act. Source: DESIGN 2 of the project; one role at one office at a time."""

DISCHARGE_PLANNER = "discharge_planner"
CARE_MANAGER = "care_manager"
OFFICE_MANAGER = "office_manager"
CLINICIAN = "clinician"
CARE_WORKER = "care_worker"
DESK = "desk"
MUNICIPAL = "municipal"
EMERGENCY = "emergency"
AUDITOR = "auditor"
OPERATOR = "operator"

STAFF_ROLES = (
    DISCHARGE_PLANNER,
    CARE_MANAGER,
    OFFICE_MANAGER,
    CLINICIAN,
    CARE_WORKER,
    DESK,
    MUNICIPAL,
    EMERGENCY,
    AUDITOR,
    OPERATOR,
)

# Nobody signed in: the gateway speaks for a visitor (sign-in, public search).
VISITOR = "visitor"
# A timer, an import or a delivery loop of a service: signed with that service's own key.
SERVICE = "service"
