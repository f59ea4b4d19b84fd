# before_packing.cmake - run by CPack on what it has installed for a package: what only a package wants.
#
# Debian wants pages and change log compressed; lintian's overrides have their place; and all files get one time, so that
# who builds the same sources gets the same bytes.
set(root ${CPACK_TEMPORARY_DIRECTORY})
set(prefix ${root}${CPACK_PACKAGING_INSTALL_PREFIX})

if(CPACK_GENERATOR STREQUAL DEB)
  file(GLOB plain ${prefix}/share/man/man*/*.[0-9] ${prefix}/share/doc/jailnet/changelog)
  foreach(file ${plain})
    execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  file(MAKE_DIRECTORY ${prefix}/share/lintian/overrides)
  configure_file(${CPACK_JAILNET_OVERRIDES} ${prefix}/share/lintian/overrides/jailnet COPYONLY)
endif()
# Whatever the builder's umask is.
execute_process(COMMAND find ${root} -mindepth 1 -type d -exec chmod 0755 {} + COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND find ${root} -type f -exec chmod u=rwX,go=rX {} + COMMAND_ERROR_IS_FATAL ANY)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND find ${root} -exec touch -h -d @$ENV{SOURCE_DATE_EPOCH} {} + COMMAND_ERROR_IS_FATAL ANY)
endif()
