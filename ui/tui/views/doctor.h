/* doctor.h - what the console asks the Doctor view: which finding its actions mean. */
#ifndef UI_TUI_VIEWS_DOCTOR_H
#define UI_TUI_VIEWS_DOCTOR_H

#include "core/doctor/doctor.h"
#include "ui/tui/view.h"

/* The finding under the bar; NULL when there is none. Until the next diagnosis. */
const struct finding *view_doctor_bar(struct view *v, const struct ui *u);

/* The selection of all views goes to what the bar is on. */
void view_doctor_select(struct view *v, struct ui *u);

#endif
