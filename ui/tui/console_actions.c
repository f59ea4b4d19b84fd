/*
 * console_actions.c - what the console can do besides the verbs: one row an action. Keys, menus, the help page and the
 * palette are made from these rows.
 */
#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/console_way.h"
#include "ui/tui/term.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/doctor.h"

static void view_graph(struct console *c)
{
        console_set_view(c, 0);
}

static void view_table(struct console *c)
{
        console_set_view(c, 1);
}

static void view_details(struct console *c)
{
        console_set_view(c, 2);
}

static void view_returns(struct console *c)
{
        console_set_view(c, 3);
}

static void view_journal(struct console *c)
{
        console_set_view(c, 4);
}

static void view_top(struct console *c)
{
        console_set_view(c, 5);
}

static void view_events(struct console *c)
{
        console_set_view(c, 6);
}

static void view_doctor(struct console *c)
{
        console_set_view(c, VIEW_DOCTOR);
        view_doctor_select(c->views[VIEW_DOCTOR], &c->ui);
}

static void go_to_view(struct console *c, size_t view)
{
        console_press(c, view == VIEW_DOCTOR ? '!' : (uint32_t)('1' + view));
}

static void next_view(struct console *c)
{
        go_to_view(c, (c->view + 1) % VIEW_COUNT);
}

static void previous_view(struct console *c)
{
        go_to_view(c, (c->view + VIEW_COUNT - 1) % VIEW_COUNT);
}

static void zoom_in(struct console *c)
{
        console_press(c, '+');
}

static void zoom_out(struct console *c)
{
        console_press(c, '-');
}

static void zoom_fit(struct console *c)
{
        console_press(c, '0');
}

static void open_fold(struct console *c)
{
        console_press(c, 'o');
}

static void focus(struct console *c)
{
        console_press(c, 'x');
}

static void follow(struct console *c)
{
        console_press(c, 't');
}

static void map(struct console *c)
{
        console_press(c, 'v');
}

/* In the Returns view the same key waits for what comes back. */
static void way_or_wait(struct console *c)
{
        if (c->view == VIEW_RETURNS && !c->way)
                console_toggle_wait(c);
        else
                console_way(c);
}

static void search_next(struct console *c)
{
        console_search_next(c, 1);
}

static void search_previous(struct console *c)
{
        console_search_next(c, -1);
}

static void toggle_all(struct console *c)
{
        c->ui.show_all = !c->ui.show_all;
        console_say(c, STYLE_NORMAL, "%s",
                    c->ui.show_all ? _("shown: everything, loopbacks and fabric ends too (. hides them)")
                                   : _("hidden: loopbacks and fabric ends (. shows them)"));
}

/* Both, FreeBSD's, Linux's. */
static void change_words(struct console *c)
{
        static const char *const told[] = {
                [PLAN_WORDS_BOTH] = N_("words: both systems' commands in previews (W changes it)"),
                [PLAN_WORDS_FREEBSD] = N_("words: FreeBSD's, in labels and previews (W changes it)"),
                [PLAN_WORDS_LINUX] = N_("words: Linux's, in labels and previews (W changes it)"),
        };

        c->words = c->words == PLAN_WORDS_LINUX ? PLAN_WORDS_BOTH : (enum plan_words)(c->words + 1);
        describe_use_words(c->words);
        console_say(c, STYLE_NORMAL, "%s", _(told[c->words]));
}

static void change_theme(struct console *c)
{
        c->settings.theme = c->settings.theme + 1 == THEME_COUNT ? THEME_DEFAULT : (enum theme)(c->settings.theme + 1);
        term_set_theme(c->settings.theme);
        console_say(c, STYLE_NORMAL, "theme: %s (T changes it; the menu Console keeps it)",
                    theme_names[c->settings.theme]);
}

static void change_read_only(struct console *c)
{
        c->is_read_only = !c->is_read_only;
        console_say(c, STYLE_NORMAL, "%s",
                    c->is_read_only ? _("read-only: plans are shown and not run") : _("changes are possible again"));
}

static void clear_filter(struct console *c)
{
        if (!c->ui.filter[0]) {
                console_say(c, STYLE_NORMAL, "no filter is set; f sets one");
                return;
        }
        c->ui.filter[0] = '\0';
        console_say(c, STYLE_NORMAL, "filter cleared: everything is shown again");
}

static void refresh(struct console *c)
{
        (void)console_go_on(c); /* it says what comes next */
        c->app->refresh(c->app);
        term_redraw();
        console_say(c, STYLE_NORMAL, "reading every network stack anew");
}

static void toggle_mouse(struct console *c)
{
        term_mouse(!term_has_mouse());
        console_say(c, STYLE_NORMAL, "%s",
                    term_has_mouse() ? _("mouse on: it presses and scrolls here")
                                     : _("mouse off: it marks text for your terminal's clipboard"));
}

static void suspend(struct console *c)
{
        term_suspend();
        c->is_dirty = true;
}

static void open_first_menu(struct console *c)
{
        console_open_menu(c, 0);
}

#define CONSOLE "Console"

const struct action console_actions[] = {
        {CONSOLE,
         N_("Command line..."),
         ": ^P",
         {':', KEYC_F2, KEYC_CTRL_P},
         N_("Any command, action or thing by a few of its letters"),
         console_open_palette},
        {CONSOLE,
         N_("ngctl..."),
         "n",
         {'n'},
         N_("Type FreeBSD's netgraph commands, with completion"),
         console_open_ngctl},
        {CONSOLE,
         N_("Act on the selection..."),
         "Enter",
         {KEYC_ENTER},
         N_("List what can be done to the selected thing"),
         console_open_context},
        {CONSOLE,
         N_("Create..."),
         "c",
         {'c', KEYC_F7},
         N_("Make a jail, a bridge or an interface"),
         console_open_create},
        {CONSOLE,
         N_("Undo the last change..."),
         "u",
         {'u', 'z'},
         N_("Show what taking the last change back means, and do it"),
         console_begin_undo},
        {CONSOLE,
         N_("Commands of all that was done"),
         "@",
         {'@'},
         N_("What the journal has, as commands to copy"),
         console_show_commands},
        {CONSOLE,
         N_("Import files..."),
         "I",
         {'I'},
         N_("Make what jail.conf, rc.conf, ezjail, ngctl or pf files tell, as one plan"),
         console_import},
        {CONSOLE,
         N_("Convert ezjail files..."),
         "",
         {0},
         N_("Write traditional jails' files anew, as those of jails with stacks of their own"),
         console_convert},
        {CONSOLE,
         N_("Export for FreeBSD..."),
         "",
         {0},
         N_("Write what runs as FreeBSD's files"),
         console_export_freebsd},
        {CONSOLE,
         N_("Export as a script..."),
         "",
         {0},
         N_("Write what runs as a script of ip commands"),
         console_export_iproute2},
        {CONSOLE, N_("Open the menus"), "F9", {KEYC_F9}, N_("Go to the menu bar"), open_first_menu},
        {CONSOLE,
         N_("Read everything anew"),
         "F5",
         {KEYC_F5, KEYC_CTRL_L, KEYC_CTRL_R},
         N_("Ask the kernel for the whole picture, and draw the screen anew"),
         refresh},
        {CONSOLE,
         N_("Read-only on or off"),
         "O",
         {'O'},
         N_("On: plans are shown and not run; nothing is changed by mistake"),
         change_read_only},
        {CONSOLE,
         N_("Keep these settings"),
         "",
         {0},
         N_("Theme, view, words, mouse and read-only, as they are now, for the next time"),
         console_keep_settings},
        {CONSOLE, N_("Suspend"), "^Z", {KEYC_CTRL_Z}, N_("Back to the shell; fg continues"), suspend},
        {CONSOLE,
         N_("Quit"),
         "q",
         {'q', KEYC_F10, KEYC_CTRL_C},
         N_("Leave the console; everything made stays"),
         console_quit},
        {"Jail",
         N_("Start and stop..."),
         "S",
         {'S'},
         N_("Start and stop the jails of a jail.conf"),
         console_open_jails},
        {"Jail", N_("Console log"), "C", {'C'}, N_("Follow what the selected jail's commands print"), console_open_log},
        {"Interface",
         N_("Let a holder go..."),
         "s",
         {'s'},
         N_("Signal or unmount who holds a lent interface that is not back"),
         console_open_holders},
        {"Interface",
         N_("Wait for its return"),
         "w (4)",
         {0},
         N_("Ring when a lent interface is back; w in the Returns view"),
         console_toggle_wait},
        {"View", N_("Graph"), "1", {'1'}, N_("Jails as boxes, joined by edges"), view_graph},
        {"View", N_("Table"), "2", {'2'}, N_("Every interface in a row"), view_table},
        {"View", N_("Details"), "3", {'3'}, N_("All that is known of the selected thing"), view_details},
        {"View",
         N_("Returns"),
         "4",
         {'4'},
         N_("What was lent to jails, and who holds what does not come back"),
         view_returns},
        {"View", N_("Journal"), "5", {'5'}, N_("What was changed, when and by whom"), view_journal},
        {"View",
         N_("Doctor"),
         "!",
         {'!'},
         N_("What is wrong with the network, and the plan that mends it"),
         view_doctor},
        {"View",
         N_("Top"),
         "6",
         {'6'},
         N_("Which interfaces carry most, and what they carried in the last minutes"),
         view_top},
        {"View",
         N_("Events"),
         "7",
         {'7'},
         N_("What changed while the console ran, by whomever, and when"),
         view_events},
        {"View", N_("Next view"), "Tab", {KEYC_TAB}, N_("Go from one view to the next, and round"), next_view},
        {"View", N_("Previous view"), "S-Tab", {KEYC_BACKTAB}, N_("The same in the other direction"), previous_view},
        {"View",
         N_("Why can't it reach..."),
         "w",
         {'w'},
         N_("Pick the other end: the way there and back is marked, and where it breaks; w again sends a real echo"),
         way_or_wait},
        {"View",
         N_("Pause or go on"),
         "Z",
         {'Z'},
         N_("Nothing on the screen moves, while what changes is counted; a change that is begun goes on, too"),
         console_pause},
        {"View",
         N_("Search..."),
         "/",
         {'/', KEYC_F3},
         N_("Go to a jail or an interface by name, address or MAC address"),
         console_open_search},
        {"View",
         N_("Next match"),
         "^N n",
         {KEYC_CTRL_N},
         N_("Go to the next thing that the search finds; just after a search, n does it, too"),
         search_next},
        {"View",
         N_("Previous match"),
         "N",
         {'N'},
         N_("Go to the previous thing that the search finds"),
         search_previous},
        {"View", N_("Filter..."), "f", {'f', KEYC_F4}, N_("Show only what matches"), console_open_filter},
        {"View", N_("Clear the filter"), "F", {'F'}, N_("Show everything again"), clear_filter},
        {"Bridge",
         N_("Grab or drop an edge"),
         "e",
         {'e'},
         N_("Take an interface's edge, and put it on another bridge or into another jail (or pull it with the mouse)"),
         console_grab_or_drop},
        {"View",
         N_("Mark or unmark"),
         "Space",
         {' '},
         N_("Mark the selected thing, or by mouse what a rectangle on empty ground has in it: what is done then is done to all"),
         console_toggle_mark},
        {"View",
         N_("Mark by pattern..."),
         "*",
         {'*'},
         N_("Mark what is named so: e0*, www*/e0*"),
         console_mark_pattern},
        {"View",
         N_("Unmark all, let go"),
         "Esc",
         {KEYC_ESCAPE},
         N_("Mark nothing any more, hold no edge"),
         console_unmark},
        {"View",
         N_("Loopbacks and fabric ends"),
         ".",
         {'.', 'A'},
         N_("Show or hide what is left out by rule"),
         toggle_all},
        {"View",
         N_("FreeBSD's or Linux's words"),
         "W",
         {'W'},
         N_("Labels and previews in one system's words, or both's"),
         change_words},
        {"View",
         N_("Theme"),
         "T",
         {'T'},
         N_("Colours as usual, high contrast, or without red beside green"),
         change_theme},
        {"View", N_("Zoom in"), "+", {0}, N_("More of each jail"), zoom_in},
        {"View", N_("Zoom out"), "-", {0}, N_("More jails at once"), zoom_out},
        {"View", N_("Fit"), "0", {0}, N_("The whole graph at once"), zoom_fit},
        {"View",
         N_("Open or close a group"),
         "o",
         {0},
         N_("Show the jails of a line of the lowest zoom, or hide them"),
         open_fold},
        {"View",
         N_("Focus on the selection"),
         "x",
         {0},
         N_("Show only what is within two hops of it ([ and ]: fewer, more), or what the way passes; again: everything"),
         focus},
        {"View", N_("Follow changes"), "t", {0}, N_("Go to what has just changed, wherever it is"), follow},
        {"View", N_("Map"), "v", {0}, N_("The whole graph in a corner; the mouse goes to a place on it"), map},
        {"View",
         N_("Mouse on or off"),
         "M",
         {'M'},
         N_("Off: the mouse marks text for the terminal's clipboard"),
         toggle_mouse},
        {"Help",
         N_("Keys and actions..."),
         "?",
         {'?', KEYC_F1},
         N_("List every key; choosing one does it"),
         console_open_help},
};

const size_t console_action_count = ARRAY_SIZE(console_actions);

const struct action *console_action_for(uint32_t key)
{
        for (size_t i = 0; i < console_action_count; i++) {
                for (size_t n = 0; n < ARRAY_SIZE(console_actions[i].keys); n++) {
                        if (console_actions[i].keys[n] == key && key != 0)
                                return &console_actions[i];
                }
        }
        return NULL;
}

const struct verb *console_verb_for(uint32_t key)
{
        for (size_t i = 0; i < VERB_COUNT; i++) {
                if (verbs[i].key != 0 && (uint32_t)verbs[i].key == key)
                        return &verbs[i];
        }
        return NULL;
}
