# Proves that convert writes traditional jails as VNET jails: new ezjail files, each jail's rc.conf, the host's and
# jail.conf; that it guesses no prefix, writes over nothing, runs nothing, and says what it dropped.
. "${SOURCE:?}/tests/lib/sandbox.sh"

mkdir "$work/ezjail"
cat >"$work/ezjail/blog" <<'EOT'
# PROVIDE: standard_ezjail
export jail_blog_hostname="blog"
export jail_blog_ip="em0|198.51.100.17,em0|2001:db8:5::11,lo0|127.0.0.17"
export jail_blog_rootdir="/usr/jails/blog"
EOT
cat >"$work/ezjail/shop_example_org" <<'EOT'
export jail_shop_example_org_hostname="shop.example.org"
export jail_shop_example_org_ip="em0|198.51.100.18"
EOT
echo 'export jail_off_ip="em0|198.51.100.19"' >"$work/ezjail/off.norun"

has() { # FILE TEXT
        checks=$((checks + 1))
        grep -qF -- "$2" "$1" || fail "$1: lacks: $2: $(cat "$1")"
}

# By jib, to stdout: lengths that nobody knows are left open.
do_ok convert ezjail "$work/ezjail"
has "$work/out" 'export jail_blog_ip=""'
has "$work/out" 'export jail_blog_vnet_enable="YES"'
has "$work/out" 'export jail_blog_vnet_interface="e0b_blog"'
has "$work/out" 'export jail_blog_exec_prestart0="/usr/local/sbin/jib addm blog em0"'
has "$work/out" 'export jail_blog_exec_poststop0="/usr/local/sbin/jib destroy blog"'
has "$work/out" '#ASK# ifconfig_e0b_blog="inet 198.51.100.17/?"'
has "$work/out" '#ASK# ifconfig_e0b_blog_ipv6="inet6 2001:db8:5::11/?"'
has "$work/err" 'shop_example_org: e0b_shop_example_org would be longer'
has "$work/err" 'dropped: lo0|127.0.0.17 (a VNET jail has a loopback of its own)'
has "$work/err" '3 prefix lengths are not known'
same 'jails that are off' "$(grep -c jail_off "$work/out")" 0

# Epairs made at boot, to a folder; numbered by the last octet.
do_ok convert ezjail --static "$work/ezjail" --prefix em0=24 --prefix=em0=64 --router 198.51.100.1 -o "$work/new"
has "$work/new/ezjail/blog" 'export jail_blog_vnet_interface="epair17b"'
has "$work/new/ezjail/blog" '# PROVIDE: standard_ezjail'
has "$work/new/jails/blog/etc/rc.conf" 'ifconfig_epair17b="inet 198.51.100.17/24"'
has "$work/new/jails/blog/etc/rc.conf" 'ifconfig_epair17b_ipv6="inet6 2001:db8:5::11/64"'
has "$work/new/jails/blog/etc/rc.conf" 'defaultrouter="198.51.100.1"'
has "$work/new/rc.conf" 'cloned_interfaces="bridge0 epair17 epair18"'
has "$work/new/rc.conf" 'ifconfig_bridge0="up addm em0 addm epair17a addm epair18a"'
has "$work/new/rc.conf" 'ifconfig_epair17a="up"'
has "$work/new/rc.conf" 'kld_list="if_bridge if_epair"'
has "$work/new/jail.conf" 'vnet.interface = "epair18b";'
ok 'the host part is what a shell reads' sh -n "$work/new/rc.conf"
refused 'is there already' convert ezjail "$work/ezjail" -o "$work/new"

# By jng.
do_ok convert ezjail --jng "$work/ezjail/blog"
has "$work/out" 'jng bridge blog em0'
has "$work/out" 'vnet_interface="ng0_blog"'
has "$work/out" 'kld_list="ng_ether ng_bridge ng_eiface"'

# Nothing of a file is run, and what is wrong is shown.
echo "export jail_bad_ip=\"em0|\$(touch $work/ran)\"" >"$work/bad"
J convert ezjail "$work/bad"
same 'exit status' "$status" 1
has "$work/err" "$work/bad:1:25: a command to be run"
has "$work/err" '                            ^'
same 'the command ran' "$(test -e "$work/ran" && echo yes)" ''
printf 'export jail_bad_ip="em0|198.51.100.17' >"$work/bad"
J convert ezjail "$work/bad"
has "$work/err" ':1:20: the quote " that is opened here is never closed'
echo 'service jail start' >"$work/bad"
J convert ezjail "$work/bad"
has "$work/err" "'service' is not an assignment"
refused 'cannot be read' convert ezjail "$work/nothing"
wrong_usage 'usage: jailnet convert' convert ezjail
wrong_usage 'usage: jailnet convert' convert ezjail --what "$work/ezjail"
wrong_usage '--prefix em0' convert ezjail --prefix em0 "$work/ezjail"
finish
