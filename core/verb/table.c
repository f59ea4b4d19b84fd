/* table.c - the verb table itself: every user action as a row. Adding a row here adds it everywhere. */
#include "core/verb/verb.h"

#define OPTION_SWITCH(n, h)              \
        {                                \
                .name = (n), .help = (h) \
        }
#define OPTION_VALUE(n, vn, vt, vl, h)                                                                            \
        {                                                                                                         \
                .name = (n), .has_value = true, .value = {.name = (vn), .type = (vt), .label = (vl)}, .help = (h) \
        }

#define MACVLAN_MODES "bridge|private|vepa|passthru|source"
#define NODE_TYPES    "bridge|eiface|hub"
#define LAGG_PROTOS   "failover|lacp|loadbalance|roundrobin"

/* Moving and returning carry the same things over, so they take the same options. */
#define CARRY_OPTIONS                                                                                    \
        {                                                                                                \
                OPTION_VALUE("name", "NEW", ARG_IFACE_PLAIN, "New name", "the name that it gets there"), \
                        OPTION_SWITCH("no-addresses", "do not put its addresses and routes back"),       \
                        OPTION_SWITCH("no-up", "leave it down"),                                         \
        }

const struct verb verbs[VERB_COUNT] = {
        [VERB_CREATE_JAIL] =
                {
                        .id = VERB_CREATE_JAIL,
                        .words = "create jail",
                        .args = {{.name = "NAME", .type = ARG_JAIL_NEW, .label = "Name"}},
                        .options = {OPTION_VALUE("path", "DIR", ARG_PATH, "Root folder", "the folder that is its root"),
                                    OPTION_VALUE("hostname", "H", ARG_TEXT, "Host name", "its host name")},
                        .help = "Make a jail: a network stack of its own, named as ip netns names it",
                        .freebsd = "jail -c name=NAME vnet persist [path=DIR] [host.hostname=H]",
                        .iproute2 = "ip netns add NAME",
                        .menu = "Jail",
                        .title = "Create jail...",
                },
        [VERB_CREATE_BRIDGE] =
                {
                        .id = VERB_CREATE_BRIDGE,
                        .words = "create bridge",
                        .args = {{.name = "NAME", .type = ARG_IFACE_NEW, .label = "Name"}},
                        .options = {OPTION_VALUE("jail", "J", ARG_JAIL, "In jail", "the jail that it is made in"),
                                    OPTION_VALUE("mac", "MAC", ARG_MAC, "MAC address", "its MAC address; else chosen"),
                                    OPTION_SWITCH("stp", "with the spanning tree protocol on")},
                        .help = "Make a bridge, with a MAC address that stays when ports come and go",
                        .freebsd = "ifconfig bridge create name NAME",
                        .iproute2 = "ip link add name NAME address MAC type bridge",
                        .menu = "Bridge",
                        .title = "Create bridge...",
                },
        [VERB_CREATE_EPAIR] =
                {
                        .id = VERB_CREATE_EPAIR,
                        .words = "create epair",
                        .args = {{.name = "A", .type = ARG_IFACE_NEW, .is_optional = true, .label = "One end"},
                                 {.name = "B", .type = ARG_IFACE_NEW, .is_optional = true, .label = "Other end"}},
                        .help = "Make two joined interfaces; each end may be JAIL/NAME and is made where it belongs",
                        .freebsd = "ifconfig epair create",
                        .iproute2 = "ip link add name A type veth peer name B",
                        .menu = "Interface",
                        .title = "Create epair...",
                },
        [VERB_CREATE_EIFACE] =
                {
                        .id = VERB_CREATE_EIFACE,
                        .words = "create eiface",
                        .args = {{.name = "NAME", .type = ARG_IFACE_NEW, .is_optional = true, .label = "Name"}},
                        .options = {OPTION_VALUE("jail", "J", ARG_JAIL, "Node in jail",
                                                 "the jail whose graph its node belongs to; else the host"),
                                    OPTION_VALUE("mac", "MAC", ARG_MAC, "MAC address", "its MAC address; else chosen")},
                        .help = "Make a netgraph Ethernet interface, whose node stays here wherever it is moved",
                        .freebsd = "ngctl mkpeer eiface ether ether",
                        .iproute2 = "ip link add name NAME type veth peer name ngfabN",
                        .menu = "Interface",
                        .title = "Create eiface...",
                },
        [VERB_CREATE_VLAN] =
                {
                        .id = VERB_CREATE_VLAN,
                        .words = "create vlan",
                        .args = {{.name = "PARENT", .type = ARG_IFACE, .label = "On interface"},
                                 {.name = "ID", .type = ARG_VLAN_ID, .label = "VLAN id"},
                                 {.name = "NAME", .type = ARG_IFACE_PLAIN, .is_optional = true, .label = "Name"}},
                        .help = "Make a VLAN interface on another one",
                        .freebsd = "ifconfig vlan create vlan ID vlandev PARENT name NAME",
                        .iproute2 = "ip link add link PARENT name NAME type vlan id ID",
                        .menu = "Interface",
                        .title = "Create VLAN...",
                },
        [VERB_CREATE_MACVLAN] =
                {
                        .id = VERB_CREATE_MACVLAN,
                        .words = "create macvlan",
                        .args = {{.name = "PARENT", .type = ARG_IFACE, .label = "On interface"},
                                 {.name = "NAME", .type = ARG_IFACE_PLAIN, .is_optional = true, .label = "Name"}},
                        .options =
                                {{.name = "mode",
                                  .has_value = true,
                                  .value = {.name = "M", .type = ARG_CHOICE, .choices = MACVLAN_MODES, .label = "Mode"},
                                  .help = "how it reaches its siblings; bridge when not given"}},
                        .help = "Make an interface with a MAC address of its own on another one",
                        .freebsd = "",
                        .iproute2 = "ip link add link PARENT name NAME type macvlan mode M",
                        .menu = "Interface",
                        .title = "Create macvlan...",
                },
        [VERB_CREATE_VXLAN] =
                {
                        .id = VERB_CREATE_VXLAN,
                        .words = "create vxlan",
                        .args = {{.name = "NAME", .type = ARG_IFACE_NEW, .label = "Name"},
                                 {.name = "ID", .type = ARG_VXLAN_ID, .label = "VXLAN id"}},
                        .options = {OPTION_VALUE("remote", "ADDR", ARG_IP, "Remote end",
                                                 "the address of the other end"),
                                    OPTION_VALUE("dev", "IF", ARG_IFACE, "Over interface",
                                                 "the interface that carries it")},
                        .help = "Make an Ethernet segment that runs over IP to another host",
                        .freebsd = "ifconfig vxlan create vxlanid ID vxlanremote ADDR vxlandev IF name NAME",
                        .iproute2 = "ip link add name NAME type vxlan id ID remote ADDR dev IF dstport 4789",
                        .menu = "Interface",
                        .title = "Create VXLAN...",
                },
        [VERB_CREATE_TAP] =
                {
                        .id = VERB_CREATE_TAP,
                        .words = "create tap",
                        .args = {{.name = "NAME", .type = ARG_IFACE_NEW, .label = "Name"}},
                        .help = "Make an Ethernet interface whose other end is a program",
                        .freebsd = "ifconfig tap create name NAME",
                        .iproute2 = "ip tuntap add dev NAME mode tap",
                        .menu = "Interface",
                        .title = "Create tap...",
                },
        [VERB_CREATE_LAGG] =
                {
                        .id = VERB_CREATE_LAGG,
                        .words = "create lagg",
                        .args = {{.name = "NAME", .type = ARG_IFACE_NEW, .label = "Name"},
                                 {.name = "PORT",
                                  .type = ARG_IFACE,
                                  .is_optional = true,
                                  .is_repeated = true,
                                  .label = "Ports"}},
                        .options = {{.name = "proto",
                                     .has_value = true,
                                     .value = {.name = "P",
                                               .type = ARG_CHOICE,
                                               .choices = LAGG_PROTOS,
                                               .label = "Protocol"},
                                     .help = "how traffic is spread; failover when not given"}},
                        .help = "Join several interfaces to one (a bond)",
                        .freebsd = "ifconfig lagg create laggproto P laggport PORT name NAME",
                        .iproute2 = "ip link add name NAME type bond mode active-backup",
                        .menu = "Interface",
                        .title = "Create lagg...",
                },
        [VERB_DESTROY] =
                {
                        .id = VERB_DESTROY,
                        .words = "destroy",
                        .args = {{.name = "OBJECT", .type = ARG_OBJECT, .label = "Jail or interface"}},
                        .help = "Destroy a jail or an interface; what was lent to a jail comes home first",
                        .freebsd = "ifconfig IF destroy | ngctl shutdown NODE: | jail -r JAIL",
                        .iproute2 = "ip link delete dev IF | ip netns delete JAIL",
                        .menu = "Interface",
                        .title = "Destroy...",
                        .key = 'd',
                },
        [VERB_RENAME] =
                {
                        .id = VERB_RENAME,
                        .words = "rename",
                        .args = {{.name = "OBJECT", .type = ARG_OBJECT, .label = "Jail or interface"},
                                 {.name = "NEW", .type = ARG_IFACE_PLAIN, .label = "New name"}},
                        .help = "Give a jail or an interface another name, also while it is up",
                        .freebsd = "ifconfig IF name NEW | jail -m jid=JID name=NEW",
                        .iproute2 = "ip link set dev IF name NEW",
                        .menu = "Interface",
                        .title = "Rename...",
                        .key = 'r',
                },
        [VERB_NAME] =
                {
                        .id = VERB_NAME,
                        .words = "name",
                        .args = {{.name = "NODE", .type = ARG_NODE, .label = "Node"},
                                 {.name = "NEW", .type = ARG_NODE_NEW, .label = "Node name"}},
                        .help = "Name a node in the graph; the interface keeps its own name",
                        .freebsd = "ngctl name NODE: NEW",
                        .iproute2 = "",
                        .menu = "Hook",
                        .title = "Name node...",
                },
        [VERB_ATTACH] =
                {
                        .id = VERB_ATTACH,
                        .words = "attach",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "BRIDGE", .type = ARG_BRIDGE, .label = "Bridge"},
                                 {.name = "HOOK", .type = ARG_HOOK_NEW, .is_optional = true, .label = "Hook"}},
                        .help = "Make an interface a port of a bridge, at a hook of your choice",
                        .freebsd = "ifconfig BRIDGE addm IF",
                        .iproute2 = "ip link set dev IF master BRIDGE",
                        .menu = "Bridge",
                        .title = "Attach to bridge...",
                        .key = 'a',
                },
        [VERB_DETACH] =
                {
                        .id = VERB_DETACH,
                        .words = "detach",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"}},
                        .help = "Take an interface out of its bridge",
                        .freebsd = "ifconfig BRIDGE deletem IF",
                        .iproute2 = "ip link set dev IF nomaster",
                        .menu = "Bridge",
                        .title = "Detach from bridge",
                },
        [VERB_CONNECT] =
                {
                        .id = VERB_CONNECT,
                        .words = "connect",
                        .args = {{.name = "NODE:HOOK", .type = ARG_NODE_HOOK, .label = "One hook"},
                                 {.name = "NODE:HOOK", .type = ARG_NODE_HOOK, .label = "Other hook"}},
                        .help = "Join two hooks; ether:upper carries the host's addresses over to the bridge",
                        .freebsd = "ngctl connect NODE: NODE: HOOK HOOK",
                        .iproute2 = "ip link set dev IF master BRIDGE",
                        .menu = "Hook",
                        .title = "Connect...",
                },
        [VERB_DISCONNECT] =
                {
                        .id = VERB_DISCONNECT,
                        .words = "disconnect",
                        .args = {{.name = "NODE:HOOK", .type = ARG_NODE_HOOK, .label = "Hook"}},
                        .help = "Part the two hooks of an edge",
                        .freebsd = "ngctl rmhook NODE: HOOK",
                        .iproute2 = "ip link set dev IF nomaster",
                        .menu = "Hook",
                        .title = "Disconnect...",
                },
        [VERB_MOVE] =
                {
                        .id = VERB_MOVE,
                        .words = "move",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "JAIL", .type = ARG_JAIL, .label = "To jail"}},
                        .options = CARRY_OPTIONS,
                        .help = "Move an interface to a jail; what the kernel drops on the way is put back",
                        .freebsd = "ifconfig IF vnet JAIL",
                        .iproute2 = "ip link set dev IF netns JAIL",
                        .menu = "Interface",
                        .title = "Move to jail...",
                        .key = 'm',
                },
        [VERB_RETURN] =
                {
                        .id = VERB_RETURN,
                        .words = "return",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"}},
                        .options = CARRY_OPTIONS,
                        .help = "Bring a lent interface home to the host, under the name that it left with",
                        .freebsd = "ifconfig IF -vnet JAIL",
                        .iproute2 = "ip -n JAIL link set dev IF netns $$",
                        .menu = "Interface",
                        .title = "Return to the host",
                        .key = 'R',
                },
        [VERB_PIN] =
                {
                        .id = VERB_PIN,
                        .words = "pin",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "MAC", .type = ARG_MAC, .is_optional = true, .label = "MAC address"}},
                        .options = {OPTION_SWITCH("current", "the address that it has now"),
                                    OPTION_SWITCH("stable", "derived from the host and the interface's name"),
                                    {.name = "jib",
                                     .has_value = true,
                                     .value = {.name = "PARENT", .type = ARG_IFACE, .label = "Parent"},
                                     .extra_values = 2,
                                     .help = "as FreeBSD's jib derives it from PARENT, JAIL and N"},
                                    {.name = "jng",
                                     .has_value = true,
                                     .value = {.name = "PARENT", .type = ARG_IFACE, .label = "Parent"},
                                     .extra_values = 2,
                                     .help = "as FreeBSD's jng derives it from PARENT, JAIL and N"}},
                        .help = "Fix the MAC address that an interface must have, whatever recreates it",
                        .freebsd = "ifconfig IF ether MAC",
                        .iproute2 = "ip link set dev IF address MAC",
                        .menu = "Interface",
                        .title = "Pin MAC address...",
                        .key = 'p',
                },
        [VERB_UNPIN] =
                {
                        .id = VERB_UNPIN,
                        .words = "unpin",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"}},
                        .help = "Forget the pinned MAC address; the interface keeps the one that it has",
                        .freebsd = "",
                        .iproute2 = "",
                        .menu = "Interface",
                        .title = "Unpin MAC address",
                },
        [VERB_UP] =
                {
                        .id = VERB_UP,
                        .words = "up",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"}},
                        .help = "Set an interface up",
                        .freebsd = "ifconfig IF up",
                        .iproute2 = "ip link set dev IF up",
                        .menu = "Interface",
                        .title = "Set up",
                },
        [VERB_DOWN] =
                {
                        .id = VERB_DOWN,
                        .words = "down",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"}},
                        .help = "Set an interface down",
                        .freebsd = "ifconfig IF down",
                        .iproute2 = "ip link set dev IF down",
                        .menu = "Interface",
                        .title = "Set down",
                },
        [VERB_MTU] =
                {
                        .id = VERB_MTU,
                        .words = "mtu",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "N", .type = ARG_MTU, .label = "MTU in bytes"}},
                        .help = "Set the largest packet that an interface takes",
                        .freebsd = "ifconfig IF mtu N",
                        .iproute2 = "ip link set dev IF mtu N",
                        .menu = "Interface",
                        .title = "Set MTU...",
                },
        [VERB_ALIAS] =
                {
                        .id = VERB_ALIAS,
                        .words = "alias",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "TEXT", .type = ARG_TEXT, .is_optional = true, .label = "Alias"}},
                        .help = "Set an interface's description; without TEXT it is removed",
                        .freebsd = "ifconfig IF description TEXT",
                        .iproute2 = "ip link set dev IF alias TEXT",
                        .menu = "Interface",
                        .title = "Set alias...",
                },
        [VERB_ADDRESS_ADD] =
                {
                        .id = VERB_ADDRESS_ADD,
                        .words = "address add",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "ADDR/LEN", .type = ARG_ADDRESS, .label = "Address"}},
                        .help = "Give an interface an IP address",
                        .freebsd = "ifconfig IF inet ADDR/LEN alias",
                        .iproute2 = "ip address add ADDR/LEN dev IF",
                        .menu = "Interface",
                        .title = "Add address...",
                },
        [VERB_ADDRESS_DEL] =
                {
                        .id = VERB_ADDRESS_DEL,
                        .words = "address del",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "ADDR/LEN", .type = ARG_ADDRESS, .label = "Address"}},
                        .help = "Take an IP address from an interface",
                        .freebsd = "ifconfig IF inet ADDR -alias",
                        .iproute2 = "ip address delete ADDR/LEN dev IF",
                        .menu = "Interface",
                        .title = "Remove address...",
                },
        [VERB_ROUTE_ADD] =
                {
                        .id = VERB_ROUTE_ADD,
                        .words = "route add",
                        .args = {{.name = "JAIL", .type = ARG_JAIL, .label = "Jail"},
                                 {.name = "DST", .type = ARG_DESTINATION, .label = "Destination"},
                                 {.name = "VIA", .type = ARG_IP, .label = "Gateway"}},
                        .options = {OPTION_VALUE("dev", "IF", ARG_IFACE, "Over interface",
                                                 "the interface towards the gateway; needed for link-local ones")},
                        .help = "Add a route to a jail's stack",
                        .freebsd = "route add -net DST VIA",
                        .iproute2 = "ip -n JAIL route add DST via VIA",
                        .menu = "Jail",
                        .title = "Add route...",
                },
        [VERB_ROUTE_DEL] =
                {
                        .id = VERB_ROUTE_DEL,
                        .words = "route del",
                        .args = {{.name = "JAIL", .type = ARG_JAIL, .label = "Jail"},
                                 {.name = "DST", .type = ARG_DESTINATION, .label = "Destination"}},
                        .help = "Remove a route from a jail's stack",
                        .freebsd = "route delete -net DST",
                        .iproute2 = "ip -n JAIL route delete DST",
                        .menu = "Jail",
                        .title = "Remove route...",
                },
        [VERB_FORWARDING] =
                {
                        .id = VERB_FORWARDING,
                        .words = "forwarding",
                        .args = {{.name = "JAIL", .type = ARG_JAIL, .label = "Jail"},
                                 {.name = "STATE", .type = ARG_CHOICE, .choices = "on|off", .label = "Forwarding"}},
                        .help = "Let a jail pass IPv4 packets on, as a router does, or not",
                        .freebsd = "sysctl net.inet.ip.forwarding=1",
                        .iproute2 = "echo 1 > /proc/sys/net/ipv4/ip_forward",
                        .menu = "Jail",
                        .title = "Set forwarding...",
                },
        [VERB_CREATE_NODE] =
                {
                        .id = VERB_CREATE_NODE,
                        .words = "create node",
                        .args = {{.name = "TYPE", .type = ARG_CHOICE, .choices = NODE_TYPES, .label = "Type"},
                                 {.name = "NAME", .type = ARG_NODE_NEW, .is_optional = true, .label = "Node name"}},
                        .options = {OPTION_VALUE("jail", "J", ARG_JAIL, "In jail",
                                                 "the jail whose graph it belongs to; else the host")},
                        .help = "Make a netgraph node that is joined to nothing yet",
                        .freebsd = "ngctl mkpeer TYPE HOOK HOOK",
                        .iproute2 = "ip link add name ngbrN type bridge",
                        .menu = "Hook",
                        .title = "Create node...",
                },
        [VERB_MKPEER] =
                {
                        .id = VERB_MKPEER,
                        .words = "mkpeer",
                        .args = {{.name = "NODE:HOOK", .type = ARG_NODE_HOOK, .label = "Hook"},
                                 {.name = "TYPE", .type = ARG_CHOICE, .choices = NODE_TYPES, .label = "Type"},
                                 {.name = "PEERHOOK", .type = ARG_HOOK_NEW, .label = "Its hook"},
                                 {.name = "NAME", .type = ARG_NODE_NEW, .is_optional = true, .label = "Node name"}},
                        .help = "Make a netgraph node and join its hook to the given one",
                        .freebsd = "ngctl mkpeer NODE: TYPE HOOK PEERHOOK",
                        .iproute2 = "ip link add name ngbrN type bridge; ip link set dev IF master ngbrN",
                        .menu = "Hook",
                        .title = "Make peer...",
                },
        [VERB_SHUTDOWN] =
                {
                        .id = VERB_SHUTDOWN,
                        .words = "shutdown",
                        .args = {{.name = "NODE", .type = ARG_NODE, .label = "Node"}},
                        .help = "Break a node's hooks and remove it; an ether node survives without them",
                        .freebsd = "ngctl shutdown NODE:",
                        .iproute2 = "ip link delete dev IF",
                        .menu = "Hook",
                        .title = "Shut down node...",
                },
        [VERB_PERSIST] =
                {
                        .id = VERB_PERSIST,
                        .words = "persist",
                        .args = {{.name = "NODE", .type = ARG_NODE, .label = "Node"},
                                 {.name = "STATE", .type = ARG_CHOICE, .choices = "on|off", .label = "Persistent"}},
                        .help = "Keep a netgraph bridge or hub when its last hook goes, or not",
                        .freebsd = "ngctl msg NODE: setpersistent",
                        .iproute2 = "",
                        .menu = "Hook",
                        .title = "Set persistent...",
                },
        [VERB_PROMISC] =
                {
                        .id = VERB_PROMISC,
                        .words = "promisc",
                        .args = {{.name = "IF", .type = ARG_IFACE, .label = "Interface"},
                                 {.name = "STATE", .type = ARG_CHOICE, .choices = "on|off", .label = "All frames"}},
                        .help = "Let an interface take in frames to any address, or to its own only",
                        .freebsd = "ifconfig IF promisc | ngctl msg IF: setpromisc 1",
                        .iproute2 = "ip link set dev IF promisc on",
                        .menu = "Interface",
                        .title = "Set promiscuous...",
                },
};
