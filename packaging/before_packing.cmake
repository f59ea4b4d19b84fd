# before_packing.cmake - run by CPack on what it has installed for a package: what only a package wants.
#
# Pages are compressed as the distributions have them, Debian's change log too; what belongs to /etc is not below the prefix;
# and all files get one time, so that who builds the same sources gets the same bytes.
set(root ${CPACK_TEMPORARY_DIRECTORY})
set(prefix ${root}${CPACK_PACKAGING_INSTALL_PREFIX})

file(GLOB plain ${prefix}/share/man/man*/*.[0-9])
if(CPACK_GENERATOR STREQUAL DEB)
  list(APPEND plain ${prefix}/share/doc/jailnet/changelog)
  # Debian has a folder of its own for what packages bring for zsh.
  if(EXISTS ${prefix}/share/zsh/site-functions)
    file(RENAME ${prefix}/share/zsh/site-functions ${prefix}/share/zsh/vendor-completions)
  endif()
else()
  # rpm has a change log of its own.
  file(REMOVE ${prefix}/share/doc/jailnet/changelog)
endif()
if(EXISTS ${prefix}/etc)
  file(RENAME ${prefix}/etc ${root}/etc)
endif()
foreach(file ${plain})
  execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
# Whatever the builder's umask is.
execute_process(COMMAND find ${root} -mindepth 1 -type d -exec chmod 0755 {} + COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND find ${root} -type f -exec chmod u=rwX,go=rX {} + COMMAND_ERROR_IS_FATAL ANY)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND find ${root} -exec touch -h -d @$ENV{SOURCE_DATE_EPOCH} {} + COMMAND_ERROR_IS_FATAL ANY)
endif()
