# Proves: a folder of fifty of ezjail's jails is converted at once, by each of the three styles: each address is given to its
# jail once, epairs are numbered by the last octet where that is free, names that are too long are cut to ones that differ,
# what is not known is asked for line by line and never guessed, loopbacks are dropped and told, every jail is in the
# summary; and what was written is what shells and jail(8) read, and is built by import, with echoes between the jails.
. "${SOURCE:?}/tests/lib/sandbox.sh"

mkdir "$work/ezjail"
cat >"$work/rc.conf" <<'X'
cloned_interfaces="bridge0 epair21 lo1"
ifconfig_em0="inet 10.76.0.1/16"
ifconfig_em0_ipv6="inet6 fd00:76::1/64"
ifconfig_bridge0="up"
defaultrouter="10.76.255.254"
X
for n in $(seq 50); do
        case $n in
        # Two that have the last octet of another, and one that of a pair that the host has.
        7 | 8) address="em0|10.76.$n.40" ;;
        9) address="em0|10.76.9.21,lo0|127.0.0.9" ;;
        10) address="em0|10.76.0.10,em0|10.76.1.10,em0|fd00:76::10" ;;
        11) address="em0|fd00:76::11,lo0|127.0.0.11,lo1|10.0.0.11" ;;
        12) address="em0|10.76.0.12,em1|172.31.0.12,em1|fd00:77::12" ;; # em1 is in no file
        *) address="em0|10.76.0.$n" ;;
        esac
        name=jail$n
        [ "$n" -lt 48 ] || name=a_name_that_is_rather_long_$n
        cat >"$work/ezjail/$name" <<X
# To specify the start up order of your ezjails, use these lines to
# create a Jail dependency tree. See rcorder(8) for more details.
#
# PROVIDE: standard_ezjail
# REQUIRE:
# BEFORE:
#

export jail_${name}_hostname="$name.example"
export jail_${name}_ip="$address"
export jail_${name}_rootdir="/usr/jails/$name"
export jail_${name}_exec_start="/bin/sh /etc/rc"
export jail_${name}_exec_stop=""
export jail_${name}_mount_enable="YES"
export jail_${name}_devfs_enable="YES"
export jail_${name}_devfs_ruleset="devfsrules_jail"
export jail_${name}_procfs_enable="YES"
export jail_${name}_fdescfs_enable="YES"
export jail_${name}_image=""
export jail_${name}_imagetype=""
export jail_${name}_attachparams=""
export jail_${name}_attachblocking=""
export jail_${name}_forceblocking=""
export jail_${name}_zfs_datasets=""
export jail_${name}_cpuset=""
export jail_${name}_fib=""
export jail_${name}_parentzfs=""
export jail_${name}_parameters=""
export jail_${name}_post_start_script=""
export jail_${name}_retention_policy=""
X
done
echo 'export jail_off_ip="em0|10.76.0.99"' >"$work/ezjail/off.norun"

for style in jib jng static; do
        new=$work/$style
        # All options at once; em1's network is left open.
        do_ok convert ezjail --$style "$work/ezjail" "$work/rc.conf" --prefix em0=16 --prefix=em0=64 --router 10.76.255.254 \
                --router fd00:76::ffff -o "$new"
        cp "$work/out" "$work/told"
        cat "$work/err" >>"$work/told"
        same "$style: ezjail's files" "$(ls "$new/ezjail" | wc -l | tr -d ' ')" 50
        same "$style: their jails" "$(ls "$new/jails" | wc -l | tr -d ' ')" 50
        same "$style: each is in the summary" "$(grep -c '^[a-z_0-9]*: VNET' "$work/told")" 50
        same "$style: each IPv4 address once" "$(cat "$new"/jails/*/etc/rc.conf | grep -o '10\.76\.[0-9]*\.[0-9]*/16' | sort | uniq -c | awk '{ print $1 }' | sort | uniq -c | tr -s ' ')" ' 50 1'
        same "$style: IPv6" "$(cat "$new"/jails/*/etc/rc.conf | grep -c 'inet6 fd00:76::1[01]/64')" 2
        same "$style: what is asked for" "$(grep -rh '^#ASK#' "$new" | grep -o '[0-9a-f:.]*/?' | sort | paste -sd' ' -)" '172.31.0.12/? fd00:77::12/?'
        same "$style: told" "$(grep -c '2 prefix lengths are not known' "$work/told")" 1
        same "$style: loopbacks" "$(grep -o 'dropped: .*' "$work/told" | grep -o 'lo[01]|[0-9.]*' | paste -sd' ' -)" 'lo0|127.0.0.11 lo1|10.0.0.11 lo0|127.0.0.9'
        same "$style: none is left" "$(grep -rl '127\.0\.0\|10\.0\.0\.11' "$new" | wc -l | tr -d ' ')" 0
        interfaces=$(grep -rho 'vnet_interface="[^"]*"' "$new/ezjail" | cut -d'"' -f2 | tr ' ' '\n')
        same "$style: an interface for each network" "$(echo "$interfaces" | wc -l | tr -d ' ')" 51
        same "$style: none twice" "$(echo "$interfaces" | sort | uniq -d)" ''
        same "$style: none too long" "$(echo "$interfaces" | awk 'length > 15' | wc -l | tr -d ' ')" 0
        for file in "$new"/rc.conf "$new"/ezjail/* "$new"/jails/*/etc/rc.conf; do
                sh -n "$file" || fail "$style: no shell reads $file"
        done
        same "$style: jail.conf" "$("$JAILNET" jail -f "$new/jail.conf" -e ' ' | grep -c '^name=')" 50
        refused 'is there already' convert ezjail --$style "$work/ezjail" "$work/rc.conf" -o "$new"
done
same 'too long a name is told' "$(grep -c 'would be longer' "$work/told")" 0 # epairs have no name of the jail
number() { sed -n 's/.*vnet_interface="epair\([0-9]*\)b.*/\1/p' "$work/static/ezjail/$1"; }
same 'by the last octet' "$(number jail13) $(number jail33)" '13 33'
same 'one of three has it' "$(for n in 7 8 40; do number jail$n; done | grep -cx 40)" 1
ok "the host's own pair is left alone" [ "$(number jail9)" != 21 ]
same "the host's pairs" "$(sed -n 's/^cloned_interfaces="\(.*\)"/\1/p' "$work/static/rc.conf" | tr ' ' '\n' | grep -c '^epair')" \
        "$((51 + $(sed -n 's/^cloned_interfaces="\(.*\)"/\1/p' "$work/static/rc.conf" | tr ' ' '\n' | grep -cx epair21)))"
for style in jib jng; do
        same "$style: names that were cut" "$(grep -l 'a_name' "$work/$style"/ezjail/* | xargs sed -n 's/.*vnet_interface="\(.*\)"/\1/p' | sort -u | wc -l | tr -d ' ')" 3
done

# Forty-nine of them are built at once.
rm "$work/ezjail/jail12" "$work/rc.conf"
ip link add em0 address 02:00:00:00:00:e0 type veth peer name wire
ip link set em0 up
ip link set wire up
ip address add 10.76.0.1/16 dev em0
snapshot >"$work/before"
do_ok import --jib "$work/ezjail" --prefix em0=16 --prefix em0=64
same 'jails' "$(ip netns list | wc -l | tr -d ' ')" 49
for pair in 'jail1 10.76.0.50' 'jail50 10.76.7.40' 'jail9 10.76.0.1' 'jail10 10.76.9.21'; do
        [ "${pair% *}" != jail50 ] || pair="a_name_that_is_rather_long_${pair#jail}"
        ok "an echo: $pair" ip netns exec "${pair% *}" ping -c 1 -W 20 "${pair#* }"
done
do_ok import --jib "$work/ezjail" --prefix em0=16 --prefix em0=64
same 'again' "$(head -1 "$work/out")" 'nothing is to be changed: all of it is so already'
do_ok undo
compare 'after undo'
finish
