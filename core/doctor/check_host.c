/* check_host.c - checks of what stands beside the picture: other managers, the inventory, a plan that was cut off. */
#include <string.h>

#include "core/base/intl.h"
#include "core/doctor/visit.h"

#define DRIFT_TOLD 4

/* The other one lets go of it: jailnet does nothing by itself but for pins. */
static const char *how_to_leave(struct visit *v, const char *manager, const char *iface)
{
        if (strcmp(manager, "NetworkManager") == 0)
                return visit_text(v, "leave it to one of them: nmcli device set %s managed no", iface);
        if (strcmp(manager, "docker") == 0)
                return "leave it to docker (docker network), and make another bridge for jails";
        return visit_text(v, "leave it to one of them: a .network file for %s with Unmanaged=yes", iface);
}

void check_two_managers(struct visit *v)
{
        for (size_t k = 0; v->x && k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                const struct exam_claim *claims;
                size_t count = examination_claims(v->x, i->id, &claims);
                bool is_ours = i->is_owned || i->pin_source != PIN_NONE;
                CLEANUP(text_done) struct text t = {0};

                if (count + is_ours < 2)
                        continue;
                for (size_t n = 0; n < count; n++)
                        text_putf(&t, "%s%s", n ? " and " : "", claims[n].manager);
                if (is_ours)
                        text_put(&t, " and jailnet");

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);

                f->evidence = visit_text(v, "%s both set it up", text_str(&t));
                f->advice = how_to_leave(v, claims[0].manager, i->name);
        }
}

void check_drift(struct visit *v)
{
        CLEANUP(text_done) struct text t = {0};
        struct finding *f;

        if (!v->x || v->x->drift_count == 0)
                return;
        for (size_t k = 0; k < v->x->drift_count && k < DRIFT_TOLD; k++)
                text_putf(&t, "%s%s", k ? "; " : "", v->x->drift[k]);
        if (v->x->drift_count > DRIFT_TOLD)
                text_putf(&t, "; and %zu more", v->x->drift_count - DRIFT_TOLD);
        f = visit_find(v, SEVERITY_WARNING, (struct object){OBJECT_NONE, NONE});
        f->name = "inventory";
        f->evidence = visit_text(v, "it remembers what is not so: %s", text_str(&t));
        visit_remedy(v, f, (const char *const[]){"restore", NULL});
}

void check_unfinished_plan(struct visit *v)
{
        struct finding *f;

        if (!v->x || v->x->open_plan == 0)
                return;
        f = visit_find(v, SEVERITY_ERROR, (struct object){OBJECT_NONE, NONE});
        f->name = visit_text(v, "plan %lld", (long long)v->x->open_plan);
        f->evidence = "it was cut off before its end";
        f->advice = N_("end it, on or back: jailnet recover tells how far it came, and takes --finish or --rollback");
}
