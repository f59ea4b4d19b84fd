# after_packing.cmake - run by CPack on the packages it has made: a .deb says how much room it takes.
#
# CPack counts a link as the file that it leads to, so that each of FreeBSD's names would count as the whole program. What is
# written instead is what dpkg-gencontrol would count: files and links in whole kilobytes, one for each folder.
if(NOT CPACK_GENERATOR STREQUAL DEB)
  return()
endif()
foreach(package ${CPACK_PACKAGE_FILES})
  set(tree ${package}.tree)
  file(REMOVE_RECURSE ${tree})
  execute_process(COMMAND dpkg-deb --raw-extract ${package} ${tree} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND find ${tree} -mindepth 1 -name DEBIAN -prune -o -printf "%y %s\n"
    COMMAND awk "{ kilobytes += $1 == \"d\" ? 1 : int(($2 + 1023) / 1024) } END { print kilobytes }"
    OUTPUT_VARIABLE kilobytes OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND sed -i "s/^Installed-Size:.*/Installed-Size: ${kilobytes}/" ${tree}/DEBIAN/control
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND dpkg-deb --root-owner-group --build ${tree} ${package} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE_RECURSE ${tree})
endforeach()
