# For tests of the checks of the tree, which are scripts themselves.

# Reports an error of the calling test unless a check that ended with `result` did what is expected of it: "pass" or
# "fail". what: what the check was run on.
function(expect_outcome outcome result what)
  if((outcome STREQUAL "pass") AND NOT result EQUAL 0)
    message(SEND_ERROR "${what} should pass")
  elseif((outcome STREQUAL "fail") AND result EQUAL 0)
    message(SEND_ERROR "${what} should fail")
  endif()
endfunction()
